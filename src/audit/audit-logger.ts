import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { type Clock, systemClock } from '../call/clock.js';
import { AuditError } from './audit-error.js';
import type { AuditEvent, AuditIntent, Sink, StoredEvent } from './audit-event.js';
import { type AuditLoggerOptions, type ResolvedAuditOptions, resolveAuditOptions } from './audit-options.js';
import type { WrittenEvent } from './chain/event-text.js';
import { GENESIS, type StoredRow, toLine } from './chain/link.js';
import { parseSignedHead, type SignedHead, signHead } from './chain/signed-head.js';
import { createPublicKeyText, loadSigningKey, readKey } from './chain/signing-key.js';
import { faultInPrefix } from './chain/verify-prefix.js';
import { type Verification, type VerifyOptions, verifyRecord } from './chain/verify-record.js';
import { type AuditFilter, type AuditQuery, resolveQuery, writeCursor } from './query/audit-query.js';
import { scan } from './query/scan.js';
import { type AuditStats, statsOf } from './query/audit-stats.js';
import { toStoredEvent } from './query/stored-event.js';
import { writeExport } from './query/write-export.js';
import { WriteQueue } from './queue/write-queue.js';
import { OpenedStore } from './store/opened-store.js';
import type { Batch } from './store/store.js';
import { SIGN_EVERY_MS } from './store/writer.js';

/** Events after which retention is looked after. */
const PRUNE_EVERY = 10_000;

const STUB_UNREADABLE: Verification = {
  ok: false,
  firstBad: { seq: 0, id: undefined, why: 'what says that earlier events were removed cannot be read' },
  count: 0,
  head: { seq: 0, hash: GENESIS },
};

/** One page of the record. */
export interface AuditPage {
  readonly events: readonly StoredEvent[];
  /** For the next page; undefined where this was the last one. */
  readonly cursor: string | undefined;
}

/**
 * Keeps audit events in a chain in which a change shows, and answers questions about them.
 *
 * Nothing is opened before the first event or question. With `required: false`, events are written behind the calls, in
 * batches; while the store takes none they wait, and where too many wait the newest are dropped: `write` throws, and an
 * event `audit/dropped` takes their place. With `required: true`, `intend` and `write` resolve once they are durable.
 */
export class AuditLogger implements Sink {
  readonly required: boolean;
  readonly #options: ResolvedAuditOptions;
  readonly #store: OpenedStore;
  readonly #queue: WriteQueue;
  readonly #clock: Clock;
  readonly #subscribers = new Set<(event: StoredEvent) => void>();
  #untilPrune = 0;
  #pruning: Promise<void> | undefined;
  #signs: NodeJS.Timeout | undefined;

  /**
   * @param options - Where and how. Default: `file:audit.db`, behind the calls.
   * @param seams - What tests bring.
   * @param seams.clock - Time. Default: the machine's own.
   * @throws ConfigError for options that cannot be right.
   */
  constructor(options: AuditLoggerOptions = {}, { clock = systemClock }: { readonly clock?: Clock } = {}) {
    this.#options = resolveAuditOptions(options);
    this.#clock = clock;
    this.required = this.#options.required;
    this.#store = new OpenedStore(this.#options.store, this.#options.worker);
    this.#queue = new WriteQueue({
      durable: this.required,
      limit: this.#options.queueLimit,
      clock,
      deliver: (batch) => this.#deliver(batch),
      onOutage: (fault) => {
        process.emitWarning(`${(fault as Error).message} Events wait until it does.`, 'AuditWarning');
      },
    });
  }

  /**
   * Takes one event.
   *
   * @throws AuditError where too many wait, and after `close`; with `required: true` it rejects instead, also with why the
   *   event is not kept yet.
   */
  write(event: AuditEvent): void | Promise<void> {
    if (this.required) return this.#kept(event);
    this.#refuseToWrite();
    this.#queue.push(event);
  }

  /**
   * Takes events that their sender has elsewhere and sends again; resolves when all of them are kept.
   *
   * @throws AuditError where one is not kept, once nothing of the others is on its way any more: those that are not kept by
   *   then are forgotten.
   */
  async offer(events: readonly WrittenEvent[]): Promise<void> {
    this.#refuseToWrite();
    await this.#queue.offered(events);
  }

  /** The same as `write`, under the name that those who bring events of their own look for. */
  log(event: AuditEvent): void | Promise<void> {
    return this.write(event);
  }

  /**
   * Keeps what is known of a call before its handler runs. A process that finds it after this one has died writes
   * `unknown_after_crash`.
   *
   * @throws AuditError where it cannot be kept: the call must not run.
   */
  async intend(intent: AuditIntent): Promise<void> {
    this.#refuseToWrite();
    this.#signs ??= setInterval(() => {
      // A disk that is full now is noticed by the next call.
      this.#store.sync().catch(() => undefined);
    }, SIGN_EVERY_MS).unref();
    await this.#queue.intended(intent);
  }

  /**
   * One page of events, the newest first.
   *
   * @throws ConfigError for a query that cannot be read; AuditError where the store cannot be.
   */
  async getLog(query: AuditQuery = {}): Promise<AuditPage> {
    const resolved = resolveQuery(query);
    await this.#written();
    const rows = await this.#store.page(resolved);
    const last = rows.length === resolved.limit ? rows.at(-1) : undefined;
    return { events: rows.map(toStoredEvent), cursor: last && writeCursor(last) };
  }

  /** How many events a filter is about. Default all. */
  async count(filter: AuditFilter = {}): Promise<number> {
    const resolved = resolveQuery(filter);
    await this.#written();
    return this.#store.count(resolved);
  }

  /**
   * Events that a filter is about, in the order of the record, in pages. Default all.
   *
   * @param afterSeq - The place to begin behind. Default 0.
   */
  async *scan(filter: AuditFilter = {}, afterSeq = 0): AsyncGenerator<readonly StoredEvent[]> {
    await this.#written();
    for await (const rows of scan(this.#store, filter, afterSeq)) yield rows.map(toStoredEvent);
  }

  /** The place of the newest event; 0 where there is none. */
  async lastSeq(): Promise<number> {
    await this.#written();
    return (await this.#store.bounds()).last.seq;
  }

  /**
   * Writes events to a file, one JSON object a line, oldest first. The file appears when it is whole.
   *
   * @param path - The file; one that is there is replaced.
   * @returns How many events there are in it.
   */
  async exportJsonl(path: string, filter: AuditFilter = {}, onProgress?: (count: number) => void): Promise<number> {
    await this.#written();
    let count = 0;
    const pages = scan(this.#store, filter);
    async function* lines(): AsyncGenerator<string> {
      for await (const rows of pages) {
        yield rows.map((row) => `${toLine(row)}\n`).join('');
        count += rows.length;
        onProgress?.(count);
      }
    }
    await writeExport(path, lines());
    return count;
  }

  /** Counts by decision, status, tool and agent, and percentiles of durations. */
  async stats(filter: AuditFilter = {}, onProgress?: (count: number) => void): Promise<AuditStats> {
    return statsOf(this.scan(filter), onProgress);
  }

  /**
   * Calls back for each event that this logger keeps from now on, in the order of the record.
   *
   * @returns Ends it.
   */
  subscribe(callback: (event: StoredEvent) => void): () => void {
    this.#subscribers.add(callback);
    return () => {
      this.#subscribers.delete(callback);
    };
  }

  /**
   * Reads the whole record and finds the first event that was changed, moved or removed.
   *
   * Without a checkpoint, a record whose newest events were cut off looks like a shorter one.
   */
  async verify(options: VerifyOptions = {}): Promise<Verification> {
    await this.#written();
    const { stub, last } = await this.#store.bounds();
    const key = options.publicKey ?? options.checkpoint?.publicKey ?? this.#ownPublicKey();
    const head = stub === undefined ? undefined : parseSignedHead(stub);
    if (stub !== undefined && head === undefined) return STUB_UNREADABLE;
    // All that is there: what a reader is shown must have been looked at, wherever it stands.
    const pages = scan(this.#store, {}, -Infinity);
    const result = await verifyRecord(pages, head, { ...options, ...(key === undefined ? {} : { publicKey: key }) });
    const damage = result.ok ? await this.#store.inspect() : undefined;
    if (damage === undefined) return result;
    return { ...result, ok: false, firstBad: { seq: last.seq, id: undefined, why: damage } };
  }

  /**
   * Signs the end of the record. Kept elsewhere, it shows later that nothing up to there was changed or cut off.
   *
   * @param path - A file to write it to.
   */
  async checkpoint(path?: string): Promise<SignedHead> {
    await this.flush();
    const { last } = await this.#store.bounds();
    // What is signed must survive the loss of power, whoever wrote it: else an honest crash would look like a cut.
    if (this.#options.store.access === 'read') await this.#store.sync();
    const head = this.#sign('checkpoint', last);
    if (path !== undefined) writeFileSync(path, `${JSON.stringify(head, null, 2)}\n`);
    return head;
  }

  /**
   * Removes what retention lets go. Done by itself at the start and after every 10,000 events.
   *
   * @throws AuditError where something is wrong with what would go: nothing is removed then.
   */
  async prune(): Promise<void> {
    const { maxAgeMs, maxBytes } = this.#options.retention;
    if (maxAgeMs === undefined && maxBytes === undefined) return;
    const before = maxAgeMs === undefined ? undefined : new Date(this.#clock.now() - maxAgeMs).toISOString();
    const last = await this.#store.prunable({ before, maxBytes });
    if (last === undefined) return;
    const key = createPublicKeyText(loadSigningKey(this.#options.keyFile));
    const { stub } = await this.#store.bounds();
    const fault = await faultInPrefix(scan(this.#store, {}, -Infinity), stub, last, key);
    if (fault !== undefined)
      throw new AuditError(`Nothing was removed, because the record is not as it was: ${fault}.`);
    await this.#store.prune(last.seq, JSON.stringify(this.#sign('pruned', last)));
  }

  /**
   * Removes the events up to a place, whatever retention says: for a record that hands its events on.
   *
   * @param last - The newest event that goes. What is left can still be verified.
   */
  async removeThrough(last: Pick<StoredEvent, 'seq' | 'hash'>): Promise<void> {
    await this.#store.prune(last.seq, JSON.stringify(this.#sign('pruned', last)));
  }

  /**
   * Resolves when everything written before would survive the loss of power.
   *
   * @throws AuditError where the store does not take it.
   */
  async flush(): Promise<void> {
    if (this.#options.store.access === 'read') return;
    await this.#queue.drain();
    if (this.#store.isOpen) await this.#store.sync();
  }

  /**
   * Flushes and lets go of the store.
   *
   * @throws AuditError where events could not be kept; says how many. Where all were handed over and it is the loss of power
   *   that some might not survive, it says that.
   */
  async close(): Promise<void> {
    clearInterval(this.#signs);
    let why: unknown;
    try {
      await this.flush();
      await this.#pruning;
      // What came meanwhile, from calls that were under way.
      while (this.#queue.size > 0) await this.flush();
    } catch (fault) {
      why = fault;
    }
    // A connection may have died while nothing was to be done: the store is opened anew, once.
    if (why !== undefined && this.#queue.size === 0) why = await this.#store.sync().catch((fault: unknown) => fault);
    const lost = this.#queue.close();
    await this.#store.close();
    // What is required was durable as soon as its writer was told.
    if (why === undefined || (lost === 0 && this.required)) return;
    const what =
      lost === 0 ? 'The last audit events may not survive the loss of power.' : `${lost} audit events are lost.`;
    throw new AuditError(`${what} ${(why as Error).message}`, { cause: why });
  }

  async #kept(event: AuditEvent): Promise<void> {
    this.#refuseToWrite();
    await this.#queue.kept(event);
  }

  #refuseToWrite(): void {
    if (this.#options.store.access === 'read') throw new AuditError('This AuditLogger is readOnly.');
  }

  async #deliver(batch: Omit<Batch, 'echo'>): Promise<void> {
    const echo = this.#subscribers.size > 0;
    const rows = await this.#store.append({ ...batch, echo });
    if (echo) this.#tell(rows);
    this.#untilPrune -= batch.texts.length;
    if (this.#untilPrune > 0) return;
    this.#untilPrune = PRUNE_EVERY;
    this.#pruning ??= this.prune()
      .catch((fault: unknown) => {
        process.emitWarning(`Old audit events could not be removed: ${(fault as Error).message}`, 'AuditWarning');
      })
      .finally(() => {
        this.#pruning = undefined;
      });
  }

  #tell(rows: readonly StoredRow[]): void {
    for (const event of rows.map(toStoredEvent)) {
      for (const callback of this.#subscribers) {
        try {
          callback(event);
        } catch (fault) {
          process.emitWarning(`A subscriber of the record threw: ${(fault as Error).name}`, 'AuditWarning');
        }
      }
    }
  }

  /** What cannot be written now does not keep anybody from reading what is there. */
  async #written(): Promise<void> {
    await this.#queue.drain().catch(() => undefined);
  }

  #sign(kind: SignedHead['kind'], { seq, hash }: { seq: number; hash: string }): SignedHead {
    const timestamp = new Date(this.#clock.now()).toISOString();
    return signHead({ kind, seq, hash, timestamp }, loadSigningKey(this.#options.keyFile));
  }

  #ownPublicKey(): string | undefined {
    const key = readKey(this.#options.keyFile);
    return key && createPublicKeyText(key);
  }
}
