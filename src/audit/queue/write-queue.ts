import type { Clock } from '../../call/clock.js';
import { AuditError } from '../audit-error.js';
import type { AuditEvent, AuditIntent } from '../audit-event.js';
import { type EventText, eventText } from '../chain/event-text.js';
import type { Batch } from '../store/store.js';
import { droppedEvent } from './dropped-event.js';

/** Most events of one batch: what is serialised in one go holds up the calls meanwhile. */
const BATCH = 256;
/** How long an event waits for company. */
const DELAY_MS = 10;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

interface Entry {
  readonly event: AuditEvent | AuditIntent;
  readonly isIntent: boolean;
  readonly resolve?: () => void;
  readonly reject?: (fault: unknown) => void;
  written?: EventText;
}

/** How a queue works. */
export interface WriteQueueOptions {
  /** True: whoever writes waits until it is kept, together with all who wait at that time. */
  readonly durable: boolean;
  /** Most events that wait. */
  readonly limit: number;
  readonly clock: Clock;
  /** Keeps a batch. */
  readonly deliver: (batch: Omit<Batch, 'echo'>) => Promise<void>;
  /** Told once of each time that the store does not take what it is given. */
  readonly onOutage: (fault: unknown) => void;
}

/**
 * What is on its way to a store: bounded, in batches, and kept until the store has it.
 *
 * Where the queue is full, events are dropped: the writer is told by a throw, and the next batch holds an event that says
 * how many there were.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  #waiting: Entry[] = [];
  #sent = 0;
  #runners = 0;
  #scheduled = false;
  #outage: { fault: unknown; retryMs: number } | undefined;
  #dropped: { count: number; first: AuditEvent; last: AuditEvent } | undefined;
  #idle: (() => void)[] = [];

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** How many events wait or are on their way. */
  get size(): number {
    return this.#waiting.length + this.#sent;
  }

  /**
   * Takes an event.
   *
   * @throws AuditError where the queue is full.
   */
  push(event: AuditEvent): void {
    if (this.size >= this.#options.limit) {
      this.#dropped = { count: (this.#dropped?.count ?? 0) + 1, first: this.#dropped?.first ?? event, last: event };
      throw new AuditError(`An audit event was dropped: ${this.#options.limit} are waiting for the store already.`);
    }
    this.#waiting.push({ event, isIntent: false });
    this.#schedule();
  }

  /** Takes an event or an intent; resolves when it is kept. */
  async kept(event: AuditEvent | AuditIntent, isIntent: boolean): Promise<void> {
    if (this.size >= this.#options.limit) throw new AuditError('The audit store does not keep up. Try again later.');
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ event, isIntent, resolve, reject });
      this.#schedule(true);
    });
  }

  /**
   * Resolves when everything taken before is kept.
   *
   * @throws Whatever the store has thrown where it takes nothing.
   */
  async drain(): Promise<void> {
    if (this.#outage) await this.#run();
    while (this.size > 0 || this.#hasWork) {
      if (this.#outage) throw this.#outage.fault;
      const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
      void this.#run();
      await idle;
    }
  }

  get #hasWork(): boolean {
    return this.#waiting.length > 0 || this.#dropped !== undefined;
  }

  #schedule(now = false): void {
    if (this.#outage && !now) return;
    // While a batch is on its way, company gathers for the next one.
    if (this.#runners >= (this.#options.durable ? 1 : 2)) return;
    if (this.#options.durable || this.#waiting.length >= BATCH) {
      if (this.#scheduled && this.#waiting.length !== BATCH) return;
      this.#scheduled = true;
      setImmediate(() => void this.#run());
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      this.#options.clock.after(DELAY_MS, () => void this.#run());
    }
  }

  async #run(): Promise<void> {
    this.#scheduled = false;
    if (this.#runners >= (this.#options.durable ? 1 : 2) || !this.#hasWork) return;
    this.#runners += 1;
    while (this.#hasWork) if (!(await this.#deliver())) break;
    this.#runners -= 1;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #deliver(): Promise<boolean> {
    const entries = this.#waiting.splice(0, BATCH);
    const written = entries.filter(serialise);
    const dropped = this.#dropped && { event: droppedEvent(this.#dropped, this.#options.clock.now()), isIntent: false };
    if (dropped && serialise(dropped)) written.push(dropped);
    this.#dropped = undefined;
    this.#sent += written.length;
    try {
      await this.#options.deliver(toBatch(written, this.#options.durable));
      for (const { resolve } of written) resolve?.();
      this.#outage = undefined;
      return true;
    } catch (fault) {
      this.#putBack(written, fault);
      return false;
    } finally {
      this.#sent -= written.length;
    }
  }

  /** Intents are refused: the call does not run. Events stay, whoever waits for them: what they tell of has happened. */
  #putBack(entries: readonly Entry[], fault: unknown): void {
    const events = entries.filter(({ isIntent }) => !isIntent);
    this.#waiting = [
      ...events.map(({ event, written }) => ({ event, isIntent: false, ...(written && { written }) })),
      ...this.#waiting,
    ];
    for (const { reject } of entries) reject?.(fault);
    if (this.#outage === undefined) this.#options.onOutage(fault);
    const retryMs = Math.min((this.#outage?.retryMs ?? FIRST_RETRY_MS / 2) * 2, LAST_RETRY_MS);
    this.#outage = { fault, retryMs };
    // No process lives on only because its record cannot be kept.
    setTimeout(() => void this.#run(), retryMs).unref();
  }
}

/** Writes an entry down; false, and its writer told, where that cannot be. */
function serialise(entry: Entry): boolean {
  try {
    entry.written ??= eventText(entry.event);
    return true;
  } catch (fault) {
    entry.reject?.(fault);
    return false;
  }
}

function toBatch(entries: readonly Entry[], durable: boolean): Omit<Batch, 'echo'> {
  const events = entries.filter(({ isIntent }) => !isIntent);
  const intents = entries.filter(({ isIntent }) => isIntent);
  const text = ({ written }: Entry): string => written?.text ?? '';
  return {
    texts: events.map(text),
    words: events.map(({ written }) => written?.words ?? ''),
    settled: durable ? events.map(({ event }) => event.id) : [],
    intentIds: intents.map(({ event }) => event.id),
    intents: intents.map(text),
    durable,
  };
}
