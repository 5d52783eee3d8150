import type { AuditEvent } from '../../audit/audit-event.js';
import type { AuditLogger } from '../../audit/audit-logger.js';
import type { Store } from '../store/store.js';

/** What became of a batch. */
export interface IntakeResult {
  readonly accepted: number;
  readonly duplicates: number;
}

/** Ids in one statement: SQLite binds at most 32,766 values. */
const GROUP = 500;

/**
 * Takes events of doors into the record, each once.
 *
 * An event is written first and its id noted then; where the process dies in between, {@link Intake.catchUp} notes it at
 * the next start, so that neither order loses or doubles an event.
 */
export class Intake {
  readonly #store: Store;
  readonly #record: AuditLogger;
  /** Batches are taken one after the other: an id is looked up when those before it are noted. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: Store, record: AuditLogger) {
    this.#store = store;
    this.#record = record;
  }

  /** Notes the ids of events that were written right before the process died. */
  async catchUp(): Promise<void> {
    const row = await this.#store.db
      .selectFrom('audit_ids')
      .select(({ fn }) => fn.max('seq').as('seq'))
      .executeTakeFirst();
    for await (const page of this.#record.scan({}, row?.seq ?? 0)) {
      await this.#note(page.map(({ id, seq }) => ({ id, seq })));
    }
  }

  /** Keeps a batch; resolves once it would survive the loss of power. */
  async take(events: readonly AuditEvent[]): Promise<IntakeResult> {
    const taken = this.#last.then(() => this.#take(events));
    this.#last = taken.catch(() => undefined);
    return taken;
  }

  async #take(events: readonly AuditEvent[]): Promise<IntakeResult> {
    const unique = [...new Map(events.map((event) => [event.id, event])).values()];
    const known = await this.#knownOf(unique.map(({ id }) => id));
    const fresh = unique.filter(({ id }) => !known.has(id));
    if (fresh.length > 0) {
      await Promise.all(fresh.map((event) => this.#record.write(event)));
      // The places that the record gave them are read when they are needed: at the next start.
      const seq = await this.#record.lastSeq();
      await this.#note(fresh.map(({ id }) => ({ id, seq })));
    }
    return { accepted: fresh.length, duplicates: events.length - fresh.length };
  }

  async #knownOf(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const known = new Set<string>();
    for (let at = 0; at < ids.length; at += GROUP) {
      const rows = await this.#store.db
        .selectFrom('audit_ids')
        .select('id')
        .where('id', 'in', ids.slice(at, at + GROUP))
        .execute();
      for (const { id } of rows) known.add(id);
    }
    return known;
  }

  async #note(rows: readonly { id: string; seq: number }[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#store.write(async (tx, publish) => {
      for (let at = 0; at < rows.length; at += GROUP) {
        await tx
          .insertInto('audit_ids')
          .values(rows.slice(at, at + GROUP))
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
      }
      publish({ kind: 'audit', id: rows.at(-1)?.id ?? '' });
    });
  }
}
