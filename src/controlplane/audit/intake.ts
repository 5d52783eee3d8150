import type { Transaction } from 'kysely';
import type { AuditEvent } from '../../audit/audit-event.js';
import type { AuditLogger } from '../../audit/audit-logger.js';
import type { Store } from '../store/store.js';
import type { Tables } from '../store/tables.js';

/** What became of a batch. */
export interface IntakeResult {
  readonly accepted: number;
  readonly duplicates: number;
}

interface Noted {
  readonly id: string;
  readonly seq: number;
}

/** Ids in one statement: SQLite binds at most 32,766 values. */
const GROUP = 500;

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

  constructor(store: Store, record: AuditLogger) {
    this.#store = store;
    this.#record = record;
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
    const unique = [...new Map(events.map((event) => [event.id, event])).values()];
    return this.#store.writeAlone('audit', async (tx, publish) => {
      await this.#noteMissed(tx);
      const known = await knownOf(
        tx,
        unique.map(({ id }) => id),
      );
      const fresh = unique.filter(({ id }) => !known.has(id));
      const last = fresh.at(-1);
      if (last !== undefined) {
        await Promise.all(fresh.map((event) => this.#record.write(event)));
        const seq = await this.#record.lastSeq();
        await note(
          tx,
          fresh.map(({ id }) => ({ id, seq })),
        );
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
      await note(
        tx,
        page.map(({ id, seq }) => ({ id, seq })),
      );
    }
  }
}

async function knownOf(tx: Transaction<Tables>, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (let at = 0; at < ids.length; at += GROUP) {
    const rows = await tx
      .selectFrom('audit_ids')
      .select('id')
      .where('id', 'in', ids.slice(at, at + GROUP))
      .execute();
    for (const { id } of rows) known.add(id);
  }
  return known;
}

async function note(tx: Transaction<Tables>, rows: readonly Noted[]): Promise<void> {
  for (let at = 0; at < rows.length; at += GROUP) {
    await tx
      .insertInto('audit_ids')
      .values(rows.slice(at, at + GROUP))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}
