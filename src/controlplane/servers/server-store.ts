import { hash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { ACTIONS, type Action } from '../../call/action.js';
import { canonicalJson } from '../../call/canonical-json.js';
import type { Clock } from '../../call/clock.js';
import { isGlob } from '../../call/glob.js';
import type { WireServer, WireToolDefinition, WireToolTable } from '../../wire/servers.js';
import type { Caller } from '../keys/caller.js';
import { notFound, Problem } from '../http/problem.js';
import { checkRevision } from '../http/route.js';
import { type Change, change } from '../store/ledger.js';
import { asFirstSeen, pinOf } from './tool-pins.js';
import type { Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';

/** One row of a tool table. */
export interface ToolRow {
  readonly name: string;
  readonly action: Action;
}

/** How the definitions that were reported stand to those that are known. */
export interface Reported {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** What doors may report before somebody has to look: a key that went astray must not fill the disk. */
const MOST_SERVERS = 10_000;
const MOST_TOOLS = 2000;
/** Characters of all definitions of one server: its table is read as a whole. */
const MOST_DEFINED = 16 * 1024 * 1024;

type Reader = Pick<Transaction<Tables>, 'selectFrom'>;

/** Servers, what their tools say of themselves, and the tool table of each. */
export class ServerStore {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** All servers by name. */
  async list(): Promise<readonly WireServer[]> {
    const { db } = this.#store;
    const servers = await db.selectFrom('servers').selectAll().orderBy('name').execute();
    const rows = await countBy(db, 'tool_rows');
    const tools = await countBy(db, 'tool_definitions');
    return servers.map((each) => toServer(each, rows.get(each.name) ?? 0, tools.get(each.name) ?? 0));
  }

  /** Marks a server as managed, or takes that back; one with rows is managed whatever is marked. */
  async mark(name: string, managed: boolean, by: string, ifMatch: number | undefined): Promise<WireServer> {
    refuseGlob(name, 'server');
    return change(this.#store, this.#clock, { by, kind: 'server', subject: name, operation: 'mark' }, async (made) => {
      const before = await readServer(made.tx, name);
      checkRevision(ifMatch, before?.revision ?? 0);
      const { length } = await rowsOf(made.tx, name);
      if (!managed && length > 0) {
        throw new Problem('conflict', 'A server with rows is managed: replace its table by an empty one first.');
      }
      const server = await keepServer(made, name, { marked: managed ? 1 : 0, revision: made.revision });
      return toServer(server, length, (await fingerprintsOf(made.tx, name)).size);
    });
  }

  /** Keeps what a door saw, and which key it came with; the table stays as it is. */
  async report(
    server: string,
    definitions: readonly WireToolDefinition[],
    by: Pick<Caller, 'keyId' | 'name'>,
  ): Promise<Reported> {
    return this.#store.write(async (tx) => {
      const at = new Date(this.#clock.now()).toISOString();
      await keepServer({ tx, at }, server, {});
      const known = await fingerprintsOf(tx, server);
      const counts = { new: 0, changed: 0, unchanged: 0 };
      for (const definition of new Map(definitions.map((each) => [each.name, each])).values()) {
        const text = canonicalJson(definition);
        const fingerprint = hash('sha256', text);
        const before = known.get(definition.name);
        if (before === fingerprint) {
          counts.unchanged++;
          continue;
        }
        const changed_at = before === undefined ? null : at;
        const seen = { definition: text, fingerprint, changed_at, reported_key: by.keyId, reported_by: by.name };
        counts[before === undefined ? 'new' : 'changed']++;
        known.set(definition.name, fingerprint);
        await tx
          .insertInto('tool_definitions')
          .values({ server, tool: definition.name, first_seen: at, ...seen, ...asFirstSeen(text, fingerprint, at) })
          .onConflict((conflict) => conflict.columns(['server', 'tool']).doUpdateSet(seen))
          .execute();
      }
      if (known.size > MOST_TOOLS) throw new Problem('conflict', `A server has at most ${MOST_TOOLS} tools.`);
      if ((await definedOf(tx, server)) > MOST_DEFINED) {
        throw new Problem('conflict', `The definitions of a server have at most ${MOST_DEFINED} characters.`);
      }
      return counts;
    });
  }

  /** The tool table of a server. */
  async table(name: string): Promise<WireToolTable> {
    return readTable(this.#store.db, name);
  }

  /** Replaces all rows of a server. */
  async replaceRows(
    name: string,
    rows: readonly ToolRow[],
    by: string,
    ifMatch: number | undefined,
    operation = 'table',
  ): Promise<WireToolTable> {
    checkRows(name, rows);
    return change(this.#store, this.#clock, { by, kind: 'server', subject: name, operation }, async (made) => {
      checkRevision(ifMatch, (await readServer(made.tx, name))?.revision ?? 0);
      await made.tx.deleteFrom('tool_rows').where('server', '=', name).execute();
      for (const { name: tool, action } of rows) {
        await made.tx.insertInto('tool_rows').values({ server: name, tool, action }).execute();
      }
      await keepServer(made, name, { revision: made.revision });
      return readTable(made.tx, name);
    });
  }

  /** What is decided on managed servers where nothing else says anything, and since which revision. */
  async globalDefault(): Promise<{ readonly action: Action; readonly revision: number }> {
    const { db } = this.#store;
    const fleet = await db.selectFrom('fleet').select('global_default').executeTakeFirstOrThrow();
    const last = await db
      .selectFrom('changes')
      .select(({ fn }) => fn.max('revision').as('revision'))
      .where('kind', '=', 'global_default')
      .executeTakeFirst();
    return { action: toAction(fleet.global_default), revision: last?.revision ?? 0 };
  }

  /** Sets what is decided on managed servers where nothing else says anything. */
  async setGlobalDefault(action: Action, by: string): Promise<{ readonly action: Action; readonly revision: number }> {
    const order = { by, kind: 'global_default', subject: 'global-default', operation: 'update' } as const;
    return change(this.#store, this.#clock, order, async ({ tx, revision }) => {
      await tx.updateTable('fleet').set({ global_default: action }).where('id', '=', 1).execute();
      return { action, revision };
    });
  }

  /**
   * Sets the row of one tool to allow, and leaves all others.
   *
   * @param mayEdit - True for whoever may set any row. Others only put an allow in place of a review.
   * @param also - What is done in the same transaction; where it rejects, nothing is kept.
   * @throws Problem where nobody manages the server, and where the table says something else than the caller may replace.
   */
  async allow(
    name: string,
    tool: string,
    by: string,
    mayEdit: boolean,
    also: (change: Change) => Promise<void>,
  ): Promise<void> {
    const order = { by, kind: 'server', subject: name, operation: 'always allow' } as const;
    await change(this.#store, this.#clock, order, async (made) => {
      await also(made);
      const says = await tableSays(made.tx, name, tool);
      // The row would make the server managed, and everything else on it would meet the global default.
      if (says === undefined) throw new Problem('conflict', 'Nobody manages this server: let an editor mark it first.');
      if (!mayEdit && says !== 'review' && says !== 'allow') {
        throw new Problem('conflict', `The table says ${says} of this tool: only an editor may replace that.`);
      }
      await made.tx
        .insertInto('tool_rows')
        .values({ server: name, tool, action: 'allow' })
        .onConflict((conflict) => conflict.columns(['server', 'tool']).doUpdateSet({ action: 'allow' }))
        .execute();
      await keepServer(made, name, { revision: made.revision });
      return readTable(made.tx, name);
    });
  }
}

/**
 * Refuses what cannot stand in the table.
 *
 * @throws Problem for names that look like globs, and for tools that are named twice.
 */
export function checkRows(server: string, rows: readonly ToolRow[]): void {
  refuseGlob(server, 'server');
  if (server === '') throw new Problem('invalid_request', 'server: must have a name.');
  const names = new Set<string>();
  for (const { name } of rows) {
    if (name !== '*') refuseGlob(name, 'tool');
    if (names.has(name)) throw new Problem('invalid_request', 'tools: every tool has one row.');
    names.add(name);
  }
}

/** In the table stand names: what looks like a glob would be refused by the policy language, or match what it should not. */
function refuseGlob(name: string, what: string): void {
  if (isGlob(name))
    throw new Problem('invalid_request', `${what}: a name here holds no *, ? or [: write a policy for it.`);
}

async function keepServer(
  { tx, at }: Pick<Change, 'tx' | 'at'>,
  name: string,
  set: Partial<Pick<Tables['servers'], 'marked' | 'revision'>>,
): Promise<Tables['servers']> {
  const server = await tx
    .insertInto('servers')
    .values({ name, marked: 0, revision: 0, first_seen: at, last_seen: at, ...set })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ last_seen: at, ...set }))
    .returningAll()
    .executeTakeFirstOrThrow();
  if (server.first_seen === at) {
    const { count } = await tx
      .selectFrom('servers')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    if (Number(count) > MOST_SERVERS) throw new Problem('conflict', `There are ${MOST_SERVERS} servers already.`);
  }
  return server;
}

async function readServer(db: Reader, name: string): Promise<Tables['servers'] | undefined> {
  return db.selectFrom('servers').selectAll().where('name', '=', name).executeTakeFirst();
}

async function rowsOf(db: Reader, server: string): Promise<readonly { tool: string; action: string }[]> {
  return db.selectFrom('tool_rows').select(['tool', 'action']).where('server', '=', server).orderBy('tool').execute();
}

async function fingerprintsOf(db: Reader, server: string): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('tool_definitions')
    .select(['tool', 'fingerprint'])
    .where('server', '=', server)
    .execute();
  return new Map(rows.map(({ tool, fingerprint }) => [tool, fingerprint]));
}

/** Characters of all definitions of a server. */
async function definedOf(db: Reader, server: string): Promise<number> {
  const { size } = await db
    .selectFrom('tool_definitions')
    .select(({ fn }) => fn.sum(fn('length', ['definition'])).as('size'))
    .where('server', '=', server)
    .executeTakeFirstOrThrow();
  return Number(size ?? 0);
}

async function definitionsOf(db: Reader, server: string): Promise<readonly Tables['tool_definitions'][]> {
  return db.selectFrom('tool_definitions').selectAll().where('server', '=', server).orderBy('tool').execute();
}

async function readTable(db: Reader, name: string): Promise<WireToolTable> {
  const server = await readServer(db, name);
  if (server === undefined) throw notFound('server');
  const rows = new Map((await rowsOf(db, name)).map(({ tool, action }) => [tool, toAction(action)]));
  const definitions = new Map((await definitionsOf(db, name)).map((each) => [each.tool, each]));
  const fleet = await db.selectFrom('fleet').select('global_default').executeTakeFirstOrThrow();
  const globalDefault = toAction(fleet.global_default);
  const managed = server.marked === 1 || rows.size > 0;
  const fallback = rows.get('*') ?? (managed ? globalDefault : null);
  const names = [...new Set([...rows.keys(), ...definitions.keys()])].filter((each) => each !== '*').sort();
  return {
    server: name,
    managed,
    default: rows.get('*') ?? null,
    global_default: globalDefault,
    tools: names.map((tool) => {
      const known = definitions.get(tool);
      const says = known && (JSON.parse(known.definition) as WireToolDefinition);
      return {
        name: tool,
        action: rows.get(tool) ?? null,
        effective: rows.get(tool) ?? fallback,
        known: known !== undefined,
        title: says?.title ?? null,
        description: says?.description ?? null,
        annotations: says?.annotations ?? null,
        fingerprint: known?.fingerprint ?? null,
        first_seen: known?.first_seen ?? null,
        changed_at: known?.changed_at ?? null,
        reported_by: reporterOf(known),
        pin: pinOf(known),
      };
    }),
    revision: server.revision,
  };
}

/** What the table says of a tool; undefined where nobody manages the server. */
async function tableSays(db: Reader, server: string, tool: string): Promise<Action | undefined> {
  const rows = new Map((await rowsOf(db, server)).map((row) => [row.tool, toAction(row.action)]));
  const { marked } = (await readServer(db, server)) ?? { marked: 0 };
  if (marked === 0 && rows.size === 0) return undefined;
  const fleet = await db.selectFrom('fleet').select('global_default').executeTakeFirstOrThrow();
  return rows.get(tool) ?? rows.get('*') ?? toAction(fleet.global_default);
}

function reporterOf(known: Tables['tool_definitions'] | undefined): WireToolTable['tools'][number]['reported_by'] {
  const name = known?.reported_by ?? null;
  return name === null ? null : { key_id: known?.reported_key ?? null, name };
}

async function countBy(db: Reader, table: 'tool_rows' | 'tool_definitions'): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom(table)
    .select(['server', ({ fn }) => fn.countAll().as('count')])
    .groupBy('server')
    .execute();
  return new Map(rows.map(({ server, count }) => [server, Number(count)]));
}

function toServer(server: Tables['servers'], rows: number, tools: number): WireServer {
  const { name, revision, first_seen, last_seen } = server;
  const marked = server.marked === 1;
  return { name, managed: marked || rows > 0, marked, rows, tools, revision, first_seen, last_seen };
}

function toAction(text: string): Action {
  return ACTIONS.find((action) => action === text) ?? 'block';
}
