import { sql, type Transaction } from 'kysely';
import type { AuditEvent } from '../../audit/audit-event.js';
import type { AuditLogger } from '../../audit/audit-logger.js';
import { eventText, type WrittenEvent } from '../../audit/chain/event-text.js';
import type { Clock } from '../../call/clock.js';
import type { Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';
import { type Sender, stamp } from './stamp.js';
import { Turns } from './turns.js';

/** What became of a batch. */
export interface IntakeResult {
  readonly accepted: number;
  readonly duplicates: number;
}

/**
 * Takes events of doors into the record, each once, whichever process is sent it.
 *
 * One batch is taken at a time, of all processes. Its events are written to the record first and their ids noted then:
 * whoever comes next sees by the record's end that somebody died, or failed, in between, and notes what they could not.
 * So an event that is sent again is neither lost nor kept twice. The record may be slow or away: nothing of the store is
 * held meanwhile, so that decisions and approvals go on.
 */
export class Intake {
  readonly #store: Store;
  readonly #record: AuditLogger;
  readonly #clock: Clock;
  readonly #turns: Turns;
  /** True where nothing was written to the record since the ids of all that stands there were noted. */
  #isNoted = false;

  constructor(store: Store, record: AuditLogger, clock: Clock) {
    this.#store = store;
    this.#record = record;
    this.#clock = clock;
    this.#turns = new Turns(clock);
  }

  /** Notes the ids of events that were written right before a process died. */
  async catchUp(): Promise<void> {
    await this.#store.alone('audit', () => this.#noteMissed());
  }

  /**
   * Keeps a batch, with when and from whom it came; resolves once it would survive the loss of power.
   *
   * It is written down before its turn comes, while the thread of the record writes the batch before it.
   *
   * Rejects where the record or the store takes it not, not in time, or too many wait; the batch may then be sent again.
   */
  async take(events: readonly AuditEvent[], sender: Sender): Promise<IntakeResult> {
    stamp(events, sender, this.#clock.now());
    const unique = [...new Map(events.map((event) => [event.id, event])).values()].map((event) => ({
      event,
      written: eventText(event),
    }));
    return this.#turns.take(async () => {
      const accepted = await this.#store.alone('audit', () => this.#keep(unique));
      return { accepted, duplicates: events.length - accepted };
    });
  }

  /** Keeps those that are not yet kept; how many there were. */
  async #keep(events: readonly WrittenEvent[]): Promise<number> {
    // A file has one process; to a PostgreSQL another one may have written, and died.
    if (!this.#isNoted || this.#store.kind === 'postgres') await this.#noteMissed();
    const known = await knownOf(
      this.#store,
      events.map(({ event }) => event.id),
    );
    const fresh = events.filter(({ event }) => !known.has(event.id));
    const last = fresh.at(-1);
    if (last === undefined) return 0;
    this.#isNoted = false;
    await this.#record.offer(fresh);
    const seq = await this.#record.lastSeq();
    await this.#store.write(async (tx, publish) => {
      const ids = fresh.map(({ event }) => event.id);
      await note(this.#store, tx, ids, seq);
      publish({ kind: 'audit', id: last.event.id });
    });
    this.#isNoted = true;
    return fresh.length;
  }

  async #noteMissed(): Promise<void> {
    const row = await this.#store.db
      .selectFrom('audit_ids')
      .select(({ fn }) => fn.max('seq').as('seq'))
      .executeTakeFirst();
    const noted = row?.seq ?? 0;
    if ((await this.#record.lastSeq()) <= noted) return;
    for await (const page of this.#record.scan({}, noted)) {
      const ids = page.map(({ id }) => id);
      await this.#store.write((tx) => note(this.#store, tx, ids, page.at(-1)?.seq ?? noted));
    }
  }
}

/** One value holds all ids: a statement with a thousand of them is written, and read, a thousand times as slowly. */
async function knownOf({ kind, db }: Store, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } =
    kind === 'postgres'
      ? await sql<{ id: string }>`select id from audit_ids where id = any(${ids}::text[])`.execute(db)
      : await sql<{ id: string }>`select id from audit_ids
          where id in (select value from json_each(${JSON.stringify(ids)}))`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Notes ids, as of an event of the record that none of them stands behind. */
async function note({ kind }: Store, tx: Transaction<Tables>, ids: readonly string[], seq: number): Promise<void> {
  const query =
    kind === 'postgres'
      ? sql`insert into audit_ids (id, seq) select unnest(${ids}::text[]), ${seq}::bigint on conflict (id) do nothing`
      : sql`insert into audit_ids (id, seq) select value, ${seq} from json_each(${JSON.stringify(ids)}) where true
          on conflict (id) do nothing`;
  await query.execute(tx);
}
