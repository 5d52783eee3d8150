import type { Selectable, Transaction } from 'kysely';
import { type ApprovalRecord, type ApprovalState, canFollow } from '../../approval/approval-request.js';
import type { ApprovalPatch, ApprovalStore, Transition } from '../../approval/approval-store.js';
import { Problem } from '../http/problem.js';
import type { Publish, Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';

/** A request with the key or session that asked. */
export interface KeptApproval {
  readonly record: ApprovalRecord;
  readonly askedBy: string;
  readonly sequence: number;
}

/** What is told of a request whenever it takes a step. */
export interface ApprovalSummary {
  readonly id: string;
  readonly state: string;
  readonly server: string;
  readonly tool: string;
  readonly decided_by: string | null;
}

/** A page of the inbox. */
export interface ApprovalPage {
  readonly requests: readonly KeptApproval[];
  /** True where more stand behind it. */
  readonly hasMore: boolean;
}

/** What says whether the time of a request is up. */
export type Deadlines = Pick<ApprovalRecord, 'id' | 'state' | 'decideBy' | 'useBy'>;

/** Bytes that one page may read, unless its first request alone has more. */
const MOST_BYTES = 4 * 1024 * 1024;

type Row = Selectable<Tables['approvals']>;

/** Most requests that may be pending: whoever asks without end must not fill the disk. */
const MOST_PENDING = 10_000;
/** Most of them of one key: one that went astray must not close the inbox for all others. */
const MOST_OF_ONE = 200;

/** Keeps approval requests in the database; steps are compare-and-set of one statement. */
export class SqlApprovalStore implements ApprovalStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Keeps a new request. Rejects where its id is taken. */
  async create(record: ApprovalRecord): Promise<void> {
    if (!(await this.add(record, ''))) throw new Error('the id of this approval request is taken');
  }

  /** Keeps a new request; false where its id is taken. */
  async add(record: ApprovalRecord, askedBy: string): Promise<boolean> {
    return this.#store.write(async (tx, publish) => {
      const added = await tx
        .insertInto('approvals')
        .values({ ...toRow(record), asked_by: askedBy })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (added === undefined) return false;
      const pending = tx
        .selectFrom('approvals')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('state', '=', 'pending');
      const own = await pending.where('asked_by', '=', askedBy).executeTakeFirstOrThrow();
      if (Number(own.count) > MOST_OF_ONE) {
        throw new Problem('too_many', `${MOST_OF_ONE} requests of this key are pending already.`);
      }
      const { count } = await pending.executeTakeFirstOrThrow();
      if (Number(count) > MOST_PENDING) throw new Problem('conflict', `${MOST_PENDING} requests are pending already.`);
      publish({ kind: 'approval', id: record.id });
      return true;
    });
  }

  /** The request of this id. */
  async get(id: string): Promise<ApprovalRecord | undefined> {
    return (await this.find(id))?.record;
  }

  /** The request of this id, with the key that asked. */
  async find(id: string): Promise<KeptApproval | undefined> {
    const row = await this.#store.db.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toKept(row);
  }

  /** Takes a step; exactly one of any number who try does. */
  async transition(id: string, from: ApprovalState, to: ApprovalState, patch: ApprovalPatch = {}): Promise<Transition> {
    const record = await this.#store.write((tx, publish) => this.step(tx, publish, id, from, to, patch));
    return record === undefined ? { taken: false, record: await this.get(id) } : { taken: true, record };
  }

  /** Takes a step as part of a transaction; gives back the request as it is then, undefined where it was not taken. */
  async step(
    tx: Transaction<Tables>,
    publish: Publish,
    id: string,
    from: ApprovalState,
    to: ApprovalState,
    { approver, settledAt, useBy }: ApprovalPatch,
  ): Promise<ApprovalRecord | undefined> {
    if (!canFollow(from, to)) throw new Error(`an approval cannot go from ${from} to ${to}`);
    const row = await tx
      .updateTable('approvals')
      .set({
        state: to,
        ...(approver === undefined ? {} : { approver }),
        ...(settledAt === undefined ? {} : { settled_at: settledAt }),
        ...(useBy === undefined ? {} : { use_by: useBy }),
      })
      .where('id', '=', id)
      .where('state', '=', from)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return undefined;
    publish({ kind: 'approval', id });
    return toKept(row).record;
  }

  /** What there is to tell of a request, and whose it is; what it asks may be long and is not read. */
  async summary(id: string): Promise<{ readonly summary: ApprovalSummary; readonly askedBy: string } | undefined> {
    const row = await this.#store.db
      .selectFrom('approvals')
      .select(['state', 'server', 'tool', 'approver', 'asked_by'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { state, server, tool, approver, asked_by: askedBy } = row;
    return { summary: { id, state, server, tool, decided_by: approver === '' ? null : approver }, askedBy };
  }

  /** Requests, newest first: at most so many, and so many that their bytes are bounded. */
  async list(limit: number, state?: string, before?: number): Promise<ApprovalPage> {
    let query = this.#store.db.selectFrom('approvals');
    if (state !== undefined) query = query.where('state', '=', state);
    if (before !== undefined) query = query.where('sequence', '<', before);
    const found = await query
      .select(['sequence', ({ fn }) => fn<number>('length', ['request']).as('size')])
      .orderBy('sequence', 'desc')
      .limit(limit + 1)
      .execute();
    let bytes = 0;
    const fitting = found.slice(0, limit).filter(({ size }, index) => (bytes += size) <= MOST_BYTES || index === 0);
    const last = fitting.at(-1)?.sequence;
    if (last === undefined) return { requests: [], hasMore: false };
    const rows = await query.selectAll().where('sequence', '>=', last).orderBy('sequence', 'desc').execute();
    return { requests: rows.map(toKept), hasMore: found.length > fitting.length };
  }

  /** Pending requests of one tool. */
  async pendingOf(
    tx: Pick<Transaction<Tables>, 'selectFrom'>,
    server: string,
    tool: string,
  ): Promise<readonly KeptApproval[]> {
    const rows = await tx
      .selectFrom('approvals')
      .selectAll()
      .where('state', '=', 'pending')
      .where('server', '=', server)
      .where('tool', '=', tool)
      .execute();
    return rows.map(toKept);
  }

  /** Requests whose time is up: to decide, or to be used. At most 1,000 at once. */
  async overdue(now: number): Promise<readonly Deadlines[]> {
    const rows = await this.#store.db
      .selectFrom('approvals')
      .select(['id', 'state', 'decide_by', 'use_by'])
      .where((eb) =>
        eb.or([
          eb.and([eb('state', '=', 'pending'), eb('decide_by', '<=', now)]),
          eb.and([eb('state', '=', 'approved'), eb('use_by', '<=', now)]),
        ]),
      )
      .limit(1000)
      .execute();
    return rows.map(({ id, state, decide_by: decideBy, use_by }) => {
      return { id, state: state as ApprovalState, decideBy, useBy: use_by ?? undefined };
    });
  }
}

function toRow(record: ApprovalRecord): Omit<Row, 'sequence' | 'asked_by'> {
  const { id, state, server, tool, decideBy, useBy, settledAt, approver } = record;
  return {
    id,
    state,
    server,
    tool,
    decide_by: decideBy,
    use_by: useBy ?? null,
    settled_at: settledAt ?? null,
    approver,
    request: JSON.stringify(record),
  };
}

function toKept(row: Row): KeptApproval {
  const record: ApprovalRecord = {
    ...(JSON.parse(row.request) as ApprovalRecord),
    state: row.state as ApprovalState,
    useBy: row.use_by ?? undefined,
    settledAt: row.settled_at ?? undefined,
    approver: row.approver,
  };
  return { record, askedBy: row.asked_by, sequence: row.sequence };
}
