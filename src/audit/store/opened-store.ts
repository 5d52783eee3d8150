import { AuditError } from '../audit-error.js';
import type { StoredRow } from '../chain/link.js';
import type { ResolvedQuery } from '../query/audit-query.js';
import { openStore } from './open-store.js';
import type { Batch, Bounds, Retention, Store, StoreOptions } from './store.js';

/** What faults of drivers and disks mean to people. */
const MEANINGS: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [/SQLITE_FULL|ENOSPC|EDQUOT|disk is full|no space/i, 'The disk is full. Make room on it.'],
  [
    /SQLITE_READONLY|EROFS|EACCES|EPERM|readonly/i,
    'It may not be written. Check the rights of the file and its folder.',
  ],
  [/SQLITE_CANTOPEN|ENOENT|unable to open/i, 'It cannot be opened. Check that its folder exists and may be written.'],
  [/SQLITE_BUSY|database is locked/i, 'Another process holds it.'],
  [
    /SQLITE_(?:CORRUPT|NOTADB)|malformed(?! JSON)|not a database/i,
    'The file is damaged. `mcp-governance audit verify` says where.',
  ],
  [/malformed JSON/i, 'An event is nested deeper than the database reads.'],
  [/ERR_MODULE_NOT_FOUND/, 'Its driver is missing: npm install pg.'],
  [/ECONNREFUSED|ENOTFOUND|ETIMEDOUT|ECONNRESET|EHOSTUNREACH|terminated/, 'The database does not answer.'],
  [/^28|^3D000/, 'The database refuses us. Check user, password and the name of the database.'],
];

/** A store that is opened when it is first needed, and again where that failed; its faults say what to do. */
export class OpenedStore implements Store {
  readonly #options: StoreOptions;
  readonly #worker: boolean;
  #opening: Promise<Store> | undefined;
  #closed = false;

  constructor(options: StoreOptions, worker: boolean) {
    this.#options = options;
    this.#worker = worker;
  }

  /** True where there is anything to close. */
  get isOpen(): boolean {
    return this.#opening !== undefined;
  }

  readonly append = (batch: Batch): Promise<readonly StoredRow[]> => this.#with((store) => store.append(batch));
  readonly page = (query: ResolvedQuery) => this.#with((store) => store.page(query));
  readonly count = (query: ResolvedQuery): Promise<number> => this.#with((store) => store.count(query));
  readonly read = (after: number, limit: number) => this.#with((store) => store.read(after, limit));
  readonly bounds = (): Promise<Bounds> => this.#with((store) => store.bounds());
  readonly inspect = (): Promise<string | undefined> => this.#with((store) => store.inspect());
  readonly prunable = (retention: Retention) => this.#with((store) => store.prunable(retention));
  readonly prune = (seq: number, stub: string): Promise<void> => this.#with((store) => store.prune(seq, stub));
  readonly sync = (): Promise<void> => this.#with((store) => store.sync());

  /** {@inheritDoc Store.close} */
  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#opening;
    this.#opening = undefined;
    const store = await opening?.catch(() => undefined);
    await store?.close();
  }

  async #with<T>(work: (store: Store) => T | Promise<T>): Promise<T> {
    if (this.#closed) throw new AuditError('The AuditLogger was closed.');
    this.#opening ??= this.#open();
    const opening = this.#opening;
    let store: Store | undefined;
    try {
      store = await opening;
      return await work(store);
    } catch (fault) {
      // Opened anew next time: what was wrong may be right by then.
      if (this.#opening === opening && (store === undefined || isFatal(fault))) {
        this.#opening = undefined;
        void Promise.resolve(store?.close()).catch(() => undefined);
      }
      throw this.#explained(fault);
    }
  }

  async #open(): Promise<Store> {
    if (!this.#worker) return openStore(this.#options);
    const { ThreadStore } = await import('../thread/thread-store.js');
    const store = new ThreadStore(this.#options);
    try {
      await store.bounds();
      return store;
    } catch (fault) {
      await store.close().catch(() => undefined);
      throw fault;
    }
  }

  #explained(fault: unknown): Error {
    if (fault instanceof AuditError) return fault;
    const { code = '', message = '' } = fault as { code?: unknown; message?: string };
    const where = this.#options.kind === 'postgres' ? 'in PostgreSQL' : `at ${this.#options.place}`;
    const known = MEANINGS.find(([pattern]) => pattern.test(String(code)) || pattern.test(message));
    const name = /^\w{1,40}$/.test(String(code)) ? ` (${String(code)})` : '';
    return new AuditError(`The audit record ${where} cannot be used${name}. ${known?.[1] ?? ''}`.trim(), {
      cause: fault,
    });
  }
}

/** Whether a store is of no use any more: its thread or its connection is gone. */
function isFatal(fault: unknown): boolean {
  const { code = '', message = '' } = fault as { code?: unknown; message?: string };
  return (
    /thread that keeps the record has ended|terminated|not queryable|closed/i.test(message) ||
    /^(?:ECONN|EPIPE|57P)/.test(String(code))
  );
}
