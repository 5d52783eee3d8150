import { sql, type Transaction } from 'kysely';
import type { AuditEvent } from '../../audit/audit-event.js';
import type { AuditLogger } from '../../audit/audit-logger.js';
import type { Clock } from '../../call/clock.js';
import type { Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';
import { stamped } from './stamped.js';

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
 * So an event that is sent again is neither lost nor kept twice.
 */
export class Intake {
  readonly #store: Store;
  readonly #record: AuditLogger;
  readonly #clock: Clock;

  constructor(store: Store, record: AuditLogger, clock: Clock) {
    this.#store = store;
    this.#record = record;
    this.#clock = clock;
  }

  /** Notes the ids of events that were written right before a process died. */
  async catchUp(): Promise<void> {
    await this.#store.writeAlone('audit', (tx) => this.#noteMissed(tx));
  }

  /**
   * Keeps a batch; resolves once it would survive the loss of power.
   *
   * Rejects where the record or the store takes it not; the batch may then be sent again.
   */
  async take(events: readonly AuditEvent[]): Promise<IntakeResult> {
    const received = events.map((event) => stamped(event, this.#clock.now()));
    const unique = [...new Map(received.map((event) => [event.id, event])).values()];
    return this.#store.writeAlone('audit', async (tx, publish) => {
      await this.#noteMissed(tx);
      const known = await knownOf(
        this.#store,
        tx,
        unique.map(({ id }) => id),
      );
      const fresh = unique.filter(({ id }) => !known.has(id));
      const last = fresh.at(-1);
      if (last !== undefined) {
        await Promise.all(fresh.map((event) => this.#record.write(event)));
        const ids = fresh.map(({ id }) => id);
        await note(this.#store, tx, ids, await this.#record.lastSeq());
        publish({ kind: 'audit', id: last.id });
      }
      return { accepted: fresh.length, duplicates: events.length - fresh.length };
    });
  }

  async #noteMissed(tx: Transaction<Tables>): Promise<void> {
    const row = await tx
      .selectFrom('audit_ids')
      .select(({ fn }) => fn.max('seq').as('seq'))
      .executeTakeFirst();
    const noted = row?.seq ?? 0;
    if ((await this.#record.lastSeq()) <= noted) return;
    for await (const page of this.#record.scan({}, noted)) {
      const ids = page.map(({ id }) => id);
      await note(this.#store, tx, ids, page.at(-1)?.seq ?? noted);
    }
  }
}

/** One value holds all ids: a statement with a thousand of them is written, and read, a thousand times as slowly. */
async function knownOf({ kind }: Store, tx: Transaction<Tables>, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } =
    kind === 'postgres'
      ? await sql<{ id: string }>`select id from audit_ids where id = any(${ids}::text[])`.execute(tx)
      : await sql<{ id: string }>`select id from audit_ids
          where id in (select value from json_each(${JSON.stringify(ids)}))`.execute(tx);
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
