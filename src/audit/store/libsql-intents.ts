import type Database from 'libsql';
import type { EventText } from '../chain/event-text.js';
import { lostOutcome } from './lost-outcome.js';
import { createWriter, isGone, type Writer } from './writer.js';

/** What is known of calls whose handlers run, by the process that runs them. */
export class LibsqlIntents {
  readonly #db: Database.Database;
  readonly #writer = createWriter();
  readonly #keep: Database.Statement;
  readonly #settle: Database.Statement;
  #signed = false;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#keep = db.prepare('INSERT OR REPLACE INTO audit_intents (id, writer, event) VALUES (?, ?, ?)');
    this.#settle = db.prepare('DELETE FROM audit_intents WHERE id IN (SELECT value FROM json_each(?))');
  }

  /** Keeps intents; the first time, also who keeps them. */
  keep(ids: readonly string[], intents: readonly string[]): void {
    if (ids.length > 0 && !this.#signed) this.sign(Date.now());
    for (const [index, id] of ids.entries()) this.#keep.run([id, this.#writer.id, intents[index]]);
  }

  /** Forgets intents whose outcome is known; in one statement, since most batches are of calls that had none. */
  settle(ids: readonly string[]): void {
    if (ids.length > 0) this.#settle.run([JSON.stringify(ids)]);
  }

  /** Gives a sign of life. */
  sign(now: number): void {
    const { id, pid, host, started } = this.#writer;
    this.#db
      .prepare('INSERT OR REPLACE INTO audit_writers (id, pid, host, started, seen_at) VALUES (?, ?, ?, ?, ?)')
      .run([id, pid, host, started, now]);
    this.#signed = true;
  }

  /** Takes the intents of processes that are gone, as events. */
  takeLost(now: number): EventText[] {
    const writers = this.#db.prepare('SELECT id, pid, host, started, seen_at AS seenAt FROM audit_writers').all([]);
    const gone = (writers as (Writer & { seenAt: number })[]).filter((writer) => isGone(writer, writer.seenAt, now));
    return gone.flatMap(({ id }) => {
      const rows = this.#db.prepare('SELECT event FROM audit_intents WHERE writer = ? ORDER BY id').all([id]);
      this.#db.prepare('DELETE FROM audit_intents WHERE writer = ?').run([id]);
      this.#db.prepare('DELETE FROM audit_writers WHERE id = ?').run([id]);
      return (rows as { event: string }[]).map(({ event }) => lostOutcome(event));
    });
  }

  /** Takes this process off the list, unless calls of its are still open. */
  leave(): void {
    if (!this.#signed) return;
    try {
      this.#db
        .prepare(
          'DELETE FROM audit_writers WHERE id = ? AND NOT EXISTS (SELECT 1 FROM audit_intents WHERE writer = audit_writers.id)',
        )
        .run([this.#writer.id]);
    } catch {
      // The next start finds it gone.
    }
  }
}
