import type { Kysely, Transaction } from 'kysely';
import type { StoreEvent, StoreListener } from './store-event.js';
import type { Tables } from './tables.js';

/** Tells everybody once the transaction is kept, and nobody where it is not. */
export type Publish = (event: StoreEvent) => void;

/** What a database has to bring along. */
export interface StoreBackend {
  readonly kind: 'libsql' | 'postgres';
  readonly db: Kysely<Tables>;
  /** Keeps other processes that do work under this name waiting until it is done. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Sends an event to other processes as part of a transaction. */
  send(tx: Transaction<Tables>, event: StoreEvent): Promise<void>;
  /** Begins to hand over what other processes send. */
  listen(listener: StoreListener): Promise<void>;
  close(): Promise<void>;
}

/**
 * The database of the controlplane: what it has acknowledged survives the process.
 *
 * Queries reject where the database is away; nothing is tried again by itself, since nobody can know here whether that
 * is safe.
 */
export class Store {
  readonly kind: StoreBackend['kind'];
  /** For reading, and for writes of one statement that nobody has to be told of. */
  readonly db: Kysely<Tables>;
  readonly #backend: StoreBackend;
  readonly #listeners = new Set<StoreListener>();

  constructor(backend: StoreBackend) {
    this.#backend = backend;
    this.kind = backend.kind;
    this.db = backend.db;
  }

  /**
   * Runs one transaction. Its events go to this process and all others once it is kept.
   *
   * @param work - Begins with a write where it reads what it then changes: that is what keeps others waiting.
   */
  async write<T>(work: (tx: Transaction<Tables>, publish: Publish) => Promise<T>): Promise<T> {
    const events: StoreEvent[] = [];
    const result = await this.db.transaction().execute(async (tx) => {
      const value = await work(tx, (event) => events.push(event));
      for (const event of events) await this.#backend.send(tx, event);
      return value;
    });
    for (const event of events) this.#tell(event);
    return result;
  }

  /**
   * Does work that no other process does at the same time under this name. It is no transaction: nobody who only reads or
   * writes waits for it, however long it takes. Rejects after 15 s where another process does not end its own.
   */
  async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#backend.alone(name, work);
  }

  /** Reads as of one moment: what is written meanwhile is not seen at all. */
  async read<T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);
  }

  /** As {@link read}, piece by piece; it is over with the last piece. */
  async *readPieces<T>(pieces: (tx: Transaction<Tables>) => AsyncIterable<T>): AsyncGenerator<T> {
    const begin = this.db.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only');
    const tx = await begin.execute();
    try {
      yield* pieces(tx);
    } finally {
      // Nothing was written. Where the connection is lost, what was read last has said so.
      await tx
        .rollback()
        .execute()
        .catch(() => undefined);
    }
  }

  /** Begins to hand over events of other processes. */
  async listen(): Promise<void> {
    await this.#backend.listen((event) => this.#tell(event));
  }

  /** Is told of all events; the function given back ends that. */
  subscribe(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Lets go of the database. */
  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#backend.close();
  }

  #tell(event: StoreEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
