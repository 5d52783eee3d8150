import Database from 'libsql';
import { closeSync, existsSync, openSync } from 'node:fs';
import { AuditError } from '../audit-error.js';
import { eventText } from '../chain/event-text.js';
import { chainTexts, GENESIS, type StoredRow } from '../chain/link.js';
import type { ResolvedQuery } from '../query/audit-query.js';
import { isDamaged, toEvent } from '../query/stored-event.js';
import { LibsqlIntents } from './libsql-intents.js';
import { countStatement, pageStatement, type Statement } from './libsql-query.js';
import { search } from './libsql-search.js';
import { migrate, schemaFault, versionOf } from './libsql-schema.js';
import {
  type Batch,
  batchOf,
  type Bounds,
  isOlderHead,
  type Retention,
  type Store,
  type StoreOptions,
} from './store.js';
import { syncFile } from './sync-file.js';

/** Rows of one statement: beyond that, binding costs more than it saves. */
const GROUP = 16;
/** How long one process waits for another that writes to the same file. */
const BUSY_MS = 10_000;
/** Most rows that are removed in one transaction: others wait meanwhile. */
const PRUNE_STEP = 5_000;
const SELECT = 'SELECT seq, previous_hash AS previousHash, hash, event AS text FROM audit_events';

/** The record in a file of SQLite's form: one table, `audit_events`, and what finds events in it. */
export class LibsqlStore implements Store {
  readonly #db: Database.Database;
  readonly #intents: LibsqlIntents;
  readonly #one: Database.Statement;
  readonly #group: Database.Statement;
  readonly #word: Database.Statement;
  readonly #last: Database.Statement;
  readonly #schemaVersion: Database.Statement;
  #schema: number | undefined;

  /** The log beside a database that is read; undefined where it is written. */
  readonly #readLog: string | undefined;

  private constructor(db: Database.Database, readLog?: string) {
    this.#db = db;
    this.#readLog = readLog;
    this.#intents = new LibsqlIntents(db);
    const insert = 'INSERT INTO audit_events (seq, previous_hash, hash, event) VALUES ';
    this.#one = db.prepare(`${insert}(?, ?, ?, ?)`);
    this.#group = db.prepare(insert + Array(GROUP).fill('(?, ?, ?, ?)').join());
    this.#word = db.prepare('INSERT INTO audit_words (rowid, words) VALUES (?, ?)');
    this.#last = db.prepare('SELECT seq, hash FROM audit_events ORDER BY seq DESC LIMIT 1');
    this.#schemaVersion = db.prepare('PRAGMA schema_version');
  }

  /**
   * Opens a file, makes it where it is missing, and settles what processes that died left open.
   *
   * @throws AuditError, or the fault of the driver.
   */
  static open({ place, access }: StoreOptions): LibsqlStore {
    if (access === 'read' && !existsSync(place)) throw new AuditError(`There is no record at ${place}.`);
    // Made here, for its owner only: the driver would let everybody read it. What stands beside it gets the same rights.
    if (place !== ':memory:' && !existsSync(place)) closeSync(openSync(place, 'a', 0o600));
    const db = new Database(place, { timeout: BUSY_MS });
    try {
      // 64 MiB: the indexes of a million events are larger than what SQLite keeps by itself.
      db.exec('PRAGMA cache_size = -65536');
      if (access === 'read') return LibsqlStore.#toRead(db, place);
      db.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      db.exec('PRAGMA wal_autocheckpoint = 16000; PRAGMA journal_size_limit = 67108864');
      migrate(db);
      const store = new LibsqlStore(db);
      store.#recover();
      return store;
    } catch (fault) {
      db.close();
      throw fault;
    }
  }

  static #toRead(db: Database.Database, place: string): LibsqlStore {
    if (versionOf(db) === 0) throw new AuditError(`${place} holds no record of ours, or an unfinished one.`);
    db.exec('PRAGMA query_only = 1');
    return new LibsqlStore(db, `${place}-wal`);
  }

  /** {@inheritDoc Store.append} */
  append(batch: Batch): readonly StoredRow[] {
    this.#db.exec(`PRAGMA synchronous = ${batch.durable ? 'FULL' : 'NORMAL'}`);
    const rows = this.#exclusively(() => {
      this.#intents.keep(batch.intentIds, batch.intents);
      this.#intents.settle(batch.settled);
      return this.#insert(batch);
    });
    return batch.echo ? rows : [];
  }

  /** {@inheritDoc Store.page} */
  page(query: ResolvedQuery): readonly (StoredRow & { readonly time: string })[] {
    if (query.words.length > 0) return search(this.#db, query);
    return this.#all(pageStatement(query)) as (StoredRow & { readonly time: string })[];
  }

  /** {@inheritDoc Store.count} */
  count(query: ResolvedQuery): number {
    const [row] = this.#all(countStatement(query)) as { count: number }[];
    return row?.count ?? 0;
  }

  /** {@inheritDoc Store.read} */
  read(afterSeq: number, limit: number): readonly StoredRow[] {
    return this.#all({ sql: `${SELECT} WHERE seq > ? ORDER BY seq LIMIT ?`, values: [afterSeq, limit] }) as StoredRow[];
  }

  /** {@inheritDoc Store.bounds} */
  bounds(): Bounds {
    const stub = this.#stub();
    const last = this.#last.get([]) as Bounds['last'] | undefined;
    if (last) return { last: { seq: last.seq, hash: last.hash }, stub };
    const { seq, hash } = stub === undefined ? { seq: 0, hash: GENESIS } : (JSON.parse(stub) as Bounds['last']);
    return { last: { seq, hash }, stub };
  }

  /** {@inheritDoc Store.inspect} */
  inspect(): string | undefined {
    const [row] = this.#all({ sql: 'PRAGMA integrity_check(1)', values: [] }) as { integrity_check: string }[];
    if (row?.integrity_check !== 'ok') return `the file is damaged (${row?.integrity_check ?? 'unknown'})`;
    const fault = schemaFault(this.#db);
    return fault && `the database was changed: ${fault}`;
  }

  /** {@inheritDoc Store.prunable} */
  prunable({ before, maxBytes }: Retention): { seq: number; hash: string } | undefined {
    const first = this.#number('SELECT min(seq) AS n FROM audit_events');
    if (first === undefined) return undefined;
    const upTo = Math.max(before === undefined ? 0 : this.#olderThan(before), this.#beyondSize(first, maxBytes));
    const row = this.#db.prepare('SELECT seq, hash FROM audit_events WHERE seq = ?').get([upTo]) as
      Bounds['last'] | undefined;
    return row && { seq: row.seq, hash: row.hash };
  }

  /** {@inheritDoc Store.prune} */
  prune(seq: number, stub: string): void {
    // First the stub: where it is newer than the beginning, a verification that follows a crash still leads to it.
    if (isOlderHead(this.#stub(), seq)) this.#db.prepare('INSERT OR REPLACE INTO audit_stub VALUES (1, ?)').run([stub]);
    for (let left = true; left;) left = this.#exclusively(() => this.#remove(seq));
    this.#db.exec('PRAGMA incremental_vacuum');
  }

  /** {@inheritDoc Store.sync} */
  sync(): void {
    // What has left the log is synced by who moved it. To open the database itself here would end its locks on close.
    if (this.#readLog !== undefined) return syncFile(this.#readLog);
    this.#db.exec('PRAGMA synchronous = FULL');
    this.#exclusively(() => {
      this.#intents.sign(Date.now());
      // A process on another host counts as gone after a while only: the start of this one may have been too early.
      this.#insertLost();
    });
  }

  /** {@inheritDoc Store.close} */
  close(): void {
    this.#intents.leave();
    this.#db.close();
  }

  #insert({ texts, words }: Pick<Batch, 'texts' | 'words'>): StoredRow[] {
    this.#refuseChanged();
    if (texts.length === 0) return [];
    const rows = chainTexts(this.bounds().last, texts);
    const values = rows.map(({ seq, previousHash, hash, text }) => [seq, previousHash, hash, text]);
    let at = 0;
    let kept = 0;
    for (; at + GROUP <= rows.length; at += GROUP) kept += this.#group.run(values.slice(at, at + GROUP).flat()).changes;
    for (; at < rows.length; at++) kept += this.#one.run(values[at]).changes;
    if (kept !== rows.length) throw new AuditError('The database did not keep all events that it was given.');
    for (const [index, row] of rows.entries()) this.#word.run([row.seq, words[index]]);
    return rows;
  }

  /** Nothing is kept in a database that may drop it; looked at again whenever anybody changes what it is made of. */
  #refuseChanged(): void {
    const { schema_version: version } = this.#schemaVersion.get([]) as { schema_version: number };
    if (version === this.#schema) return;
    const fault = schemaFault(this.#db);
    if (fault !== undefined) {
      throw new AuditError(
        `The audit database was changed: ${fault}. Find out who did it, and begin a new file or undo the change.`,
      );
    }
    this.#schema = version;
  }

  #recover(): void {
    this.#db.exec('PRAGMA synchronous = FULL');
    this.#exclusively(() => {
      this.#insertLost();
    });
  }

  #insertLost(): void {
    const lost = this.#intents.takeLost(Date.now());
    this.#insert(
      batchOf(
        lost.map(({ text }) => text),
        lost.map(({ words }) => words),
      ),
    );
  }

  #remove(seq: number): boolean {
    const rows = this.#all({
      sql: `${SELECT} WHERE seq <= ? ORDER BY seq LIMIT ${PRUNE_STEP}`,
      values: [seq],
    }) as StoredRow[];
    const forget = this.#db.prepare("INSERT INTO audit_words (audit_words, rowid, words) VALUES ('delete', ?, ?)");
    for (const row of rows) {
      const event = toEvent(row.text);
      // Words that are not those it was indexed by would harm the index; ones that are left over find nothing.
      if (isDamaged(event)) continue;
      try {
        forget.run([row.seq, eventText(event).words]);
      } catch {
        // An index that does not know these words must not keep the events for ever: their head is signed already.
      }
    }
    this.#db.prepare('DELETE FROM audit_events WHERE seq <= ?').run([rows.at(-1)?.seq ?? 0]);
    return rows.length === PRUNE_STEP;
  }

  #olderThan(before: string): number {
    // Events are kept as they arrive: what stands before the first that is young enough may go. In that order and by no
    // index, so that nothing further on has a say; what is read here is read again to be removed. See arrivalOf.
    const keep = this.#number(
      `SELECT seq AS n FROM audit_events
        WHERE iif(json_valid(event), coalesce(event ->> '$.receivedAt', event ->> '$.timestamp'), '') >= ?
        ORDER BY seq LIMIT 1`,
      [before],
    );
    if (keep !== undefined) return keep - 1;
    return this.#number('SELECT max(seq) AS n FROM audit_events') ?? 0;
  }

  #beyondSize(first: number, maxBytes: number | undefined): number {
    if (maxBytes === undefined) return 0;
    const of = (pragma: string): number =>
      Number(Object.values(this.#db.prepare(`PRAGMA ${pragma}`).get([]) as object)[0]);
    const bytes = (of('page_count') - of('freelist_count')) * of('page_size');
    if (bytes <= maxBytes) return 0;
    const last = this.bounds().last.seq;
    return Math.min(last, first - 1 + Math.ceil(((last - first + 1) * (bytes - maxBytes * 0.9)) / bytes));
  }

  #stub(): string | undefined {
    return (this.#db.prepare('SELECT head FROM audit_stub').get([]) as { head: string } | undefined)?.head;
  }

  #number(sql: string, values: readonly string[] = []): number | undefined {
    return (this.#db.prepare(sql).get([...values]) as { n: number | null } | undefined)?.n ?? undefined;
  }

  #all({ sql, values }: Statement): unknown[] {
    return this.#db.prepare(sql).all([...values]);
  }

  /** Runs work that others on the same file see whole or not at all, and that sees nothing of theirs meanwhile. */
  #exclusively<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (fault) {
      // Where the disk is full, SQLite may have rolled back by itself.
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw fault;
    }
  }
}
