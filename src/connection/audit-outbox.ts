import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError } from '../audit/audit-error.js';
import type { AuditEvent, Sink, StoredEvent } from '../audit/audit-event.js';
import { AuditLogger } from '../audit/audit-logger.js';
import { type FileLock, lockFile } from '../audit/store/jsonl-lock.js';

/** Beyond so many bytes on disk, what comes is dropped, and its loss recorded by whoever writes it. */
const MOST_BYTES = 256 * 1024 ** 2;
/** Events between two looks at the size. */
const LOOK_EVERY = 1_000;

/** Where an outbox is kept. */
export interface AuditOutboxOptions {
  readonly folder: string;
  /** Of the controlplane and the key: processes with both in common share one outbox. */
  readonly name: string;
  /** False: written in this thread. */
  readonly thread: boolean;
  /** Most bytes on disk. Default 268,435,456. */
  readonly maxBytes?: number;
}

/** Where audit events wait until they are delivered, in the order in which they came. */
export type Outbox = Pick<AuditOutbox, 'onWrite' | 'write' | 'first' | 'delivered' | 'exclusively' | 'flush' | 'close'>;

/** Audit events on their way: kept on disk until they are delivered, in the order in which they came, and bounded. */
export class AuditOutbox implements Sink {
  readonly #path: string;
  readonly #record: AuditLogger;
  readonly #maxBytes: number;
  #untilLook = 0;
  #full = false;
  #isUsed: boolean;
  #onWrite: () => void = () => undefined;

  constructor({ folder, name, thread, maxBytes = MOST_BYTES }: AuditOutboxOptions) {
    this.#path = join(folder, `outbox-${name}.db`);
    this.#record = new AuditLogger({ url: `file:${this.#path}`, worker: thread });
    this.#maxBytes = maxBytes;
    this.#isUsed = existsSync(this.#path);
  }

  /** Calls back for each event that came. */
  onWrite(callback: () => void): void {
    this.#onWrite = callback;
  }

  /**
   * Takes an event.
   *
   * @throws AuditError where too many wait.
   */
  write(event: AuditEvent): void {
    if (this.#untilLook-- <= 0) this.#look();
    if (this.#full) {
      throw new AuditError(`An audit event was dropped: ${this.#maxBytes} bytes wait for the controlplane already.`);
    }
    this.#isUsed = true;
    void this.#record.write(event);
    this.#onWrite();
  }

  /** The oldest events, at most 1,000 of them; none where nothing waits. */
  async first(): Promise<readonly StoredEvent[]> {
    // A door that nobody calls makes no file, and starts no thread for one.
    if (!this.#isUsed) return [];
    for await (const page of this.#record.scan()) return page;
    return [];
  }

  /** Lets go of what was delivered. */
  async delivered(last: StoredEvent): Promise<void> {
    await this.#record.removeThrough(last);
    this.#look();
  }

  /**
   * Does work that one process does at a time.
   *
   * @returns False where another one is at it.
   */
  async exclusively(work: () => Promise<void>): Promise<boolean> {
    let lock: FileLock;
    try {
      lock = lockFile(this.#path);
    } catch (fault) {
      if (fault instanceof AuditError) return false;
      throw fault;
    }
    try {
      await work();
      return true;
    } finally {
      lock.release();
    }
  }

  /** How many events wait. */
  count(): Promise<number> {
    return this.#record.count();
  }

  /** Resolves when everything written before would survive the loss of power. */
  flush(): Promise<void> {
    return this.#record.flush();
  }

  /** Lets go of the file. */
  close(): Promise<void> {
    return this.#record.close();
  }

  #look(): void {
    this.#untilLook = LOOK_EVERY;
    const size = (end: string): number => statSync(`${this.#path}${end}`, { throwIfNoEntry: false })?.size ?? 0;
    this.#full = size('') + size('-wal') > this.#maxBytes;
  }
}
