import type { Clock } from '../../call/clock.js';
import { AuditError } from '../audit-error.js';
import type { AuditEvent, AuditIntent } from '../audit-event.js';
import { type EventText, eventText, type WrittenEvent } from '../chain/event-text.js';
import { isOutage } from '../store/outage.js';
import type { Batch } from '../store/store.js';
import { droppedEvent, isDroppedEvent } from './dropped-event.js';

/** Most events of one batch: the index of words is dearer for each batch than for each event. */
const BATCH = 2_048;
/** Most events that are written down in one go: the calls wait meanwhile. */
const PIECE = 128;
/** So many events do not wait for more company. */
const COMPANY = 256;
/** How long an event waits for company. */
const DELAY_MS = 10;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
const CLOSED = 'The AuditLogger was closed.';

interface Entry {
  readonly event: AuditEvent | AuditIntent;
  readonly isIntent: boolean;
  /** True: whoever brought the event has it still, and brings it again. */
  readonly isOffered?: boolean;
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
 * how many there were. An event that the store does not take by itself, while it takes others, is left out in the same way:
 * an event that says so is kept in its place, and who waits for it is told.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  #waiting: Entry[] = [];
  #sent = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #runners = 0;
  #scheduled = false;
  #outage: { fault: unknown; retryMs: number } | undefined;
  #dropped: { count: number; first: AuditEvent; last: AuditEvent } | undefined;
  #idle: (() => void)[] = [];
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

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
    this.#refuseClosed();
    if (this.size >= this.#options.limit) throw this.#drop(event);
    this.#waiting.push({ event, isIntent: false });
    this.#schedule();
  }

  /**
   * Takes an event; resolves when it is kept.
   *
   * @throws AuditError where the queue is full; what the store throws where it does not take the event now.
   */
  async kept(event: AuditEvent): Promise<void> {
    this.#refuseClosed();
    if (this.size >= this.#options.limit) throw this.#drop(event);
    await this.#wait({ event, isIntent: false });
  }

  /**
   * Takes events that their sender has elsewhere and sends again; resolves when all of them are kept.
   *
   * @throws AuditError where the queue is full; what the store throws, once nothing of them is on its way any more: those
   *   that are not kept by then are forgotten, because what is sent again would be kept twice beside what waits here.
   */
  async offered(events: readonly WrittenEvent[]): Promise<void> {
    this.#refuseClosed();
    if (events.length === 0) return;
    if (this.size + events.length > this.#options.limit) {
      throw new AuditError('The audit store does not keep up. Try again later.');
    }
    await new Promise<void>((resolve, reject) => {
      let left = events.length;
      let refused: Error | undefined;
      const settle = (): void => {
        left -= 1;
        if (left > 0) return;
        if (refused === undefined) resolve();
        else reject(refused);
      };
      const refuse = (fault: unknown): void => {
        refused ??= fault as Error;
        settle();
      };
      for (const { event, written } of events) {
        this.#waiting.push({ event, isIntent: false, isOffered: true, resolve: settle, reject: refuse, written });
      }
      this.#schedule(true);
    });
  }

  /**
   * Takes an intent; resolves when it is kept.
   *
   * @throws AuditError where the queue is full; what the store throws: then the intent is forgotten.
   */
  async intended(intent: AuditIntent): Promise<void> {
    this.#refuseClosed();
    if (this.size >= this.#options.limit) throw new AuditError('The audit store does not keep up. Try again later.');
    await this.#wait({ event: intent, isIntent: true });
  }

  /**
   * Takes nothing more, and gives up what waits.
   *
   * @returns How many events were given up.
   */
  close(): number {
    this.#closed = true;
    clearTimeout(this.#retry);
    const lost = this.#waiting.splice(0);
    for (const { reject } of lost) reject?.(new AuditError(CLOSED));
    return lost.filter(isOurs).length;
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

  #refuseClosed(): void {
    if (this.#closed) throw new AuditError(CLOSED);
  }

  #drop(event: AuditEvent): AuditError {
    this.#dropped = { count: (this.#dropped?.count ?? 0) + 1, first: this.#dropped?.first ?? event, last: event };
    return new AuditError(`An audit event was dropped: ${this.#options.limit} are waiting for the store already.`);
  }

  #wait(entry: Entry): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ ...entry, resolve, reject });
      this.#schedule(true);
    });
  }

  get #hasWork(): boolean {
    return this.#waiting.length > 0 || this.#dropped !== undefined;
  }

  #schedule(now = false): void {
    if (this.#outage && !now) return;
    // While a batch is on its way, company gathers for the next one.
    if (this.#runners >= (this.#options.durable ? 1 : 2)) return;
    if (this.#options.durable || this.#waiting.length >= COMPANY) {
      if (this.#scheduled && this.#waiting.length !== COMPANY) return;
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
    if (this.#dropped) entries.push({ event: droppedEvent(this.#dropped, this.#options.clock.now()), isIntent: false });
    this.#dropped = undefined;
    this.#sent += entries.length;
    let left: Entry[] = [];
    try {
      // One batch after the other, so that none overtakes the one before; the store may work meanwhile.
      const turn = this.#turn.then(() => this.#writeDown(entries));
      this.#turn = turn;
      left = await turn;
      await this.#keep(left);
      this.#outage = undefined;
      return true;
    } catch (fault) {
      this.#putBack(left, fault);
      return false;
    } finally {
      this.#sent -= entries.length;
    }
  }

  /**
   * Keeps entries, and takes those off the list that need nothing more.
   *
   * One that the store can never take must not hold up all that come behind it: so smaller and smaller pieces are tried,
   * until it stands alone.
   */
  async #keep(left: Entry[]): Promise<void> {
    for (let size = left.length; left.length > 0;) {
      const some = left.slice(0, size);
      try {
        await this.#options.deliver(toBatch(some, this.#options.durable));
        for (const { resolve } of some) resolve?.();
        size *= 2;
      } catch (fault) {
        if (isOutage(fault)) throw fault;
        size = Math.ceil(some.length / 2);
        if (some.length > 1) continue;
        await this.#giveUp(some[0], fault);
      }
      left.splice(0, some.length);
    }
  }

  /** Leaves an entry out of the record for good; an event only where the store takes what says so in its place. */
  async #giveUp(entry: Entry | undefined, fault: unknown): Promise<void> {
    if (entry !== undefined && isOurs(entry)) {
      const lost = entry.event as AuditEvent;
      const event = droppedEvent({ count: 1, first: lost, last: lost }, this.#options.clock.now());
      const stead = { event, isIntent: false, written: eventText(event) };
      // The intent of a call whose outcome is lost stays: it is what is known of that call.
      await this.#options.deliver({ ...toBatch([stead], this.#options.durable), settled: [] });
    }
    entry?.reject?.(fault);
  }

  async #writeDown(entries: readonly Entry[]): Promise<Entry[]> {
    const written: Entry[] = [];
    let inOneGo = 0;
    for (const entry of entries) {
      if (entry.written === undefined && ++inOneGo % PIECE === 0) await new Promise(setImmediate);
      if (this.#serialise(entry)) written.push(entry);
    }
    return written;
  }

  /** Writes an entry down; false, and its writer told, where that cannot be. */
  #serialise(entry: Entry): boolean {
    try {
      entry.written ??= eventText(entry.event);
      return true;
    } catch (fault) {
      if (entry.reject) entry.reject(fault);
      else if (!isDroppedEvent(entry.event)) this.#drop(entry.event as AuditEvent);
      return false;
    }
  }

  /**
   * Intents are refused: the call does not run; so are events that come again. All others stay, whoever waits for them:
   * what they tell of has happened.
   */
  #putBack(entries: readonly Entry[], fault: unknown): void {
    const events = entries.filter(isOurs);
    this.#waiting = [
      ...events.map(({ event, written }) => ({ event, isIntent: false, ...(written && { written }) })),
      ...this.#waiting,
    ];
    for (const { reject } of entries) reject?.(fault);
    if (this.#outage === undefined) this.#options.onOutage(fault);
    const retryMs = Math.min((this.#outage?.retryMs ?? FIRST_RETRY_MS / 2) * 2, LAST_RETRY_MS);
    this.#outage = { fault, retryMs };
    // No process lives on only because its record cannot be kept.
    this.#retry = setTimeout(() => void this.#run(), retryMs).unref();
  }
}

/** Whether an event would be lost if it were forgotten here. */
function isOurs({ isIntent, isOffered }: Entry): boolean {
  return !isIntent && isOffered !== true;
}

function toBatch(entries: readonly Entry[], durable: boolean): Omit<Batch, 'echo'> {
  const events = entries.filter(({ isIntent }) => !isIntent);
  const intents = entries.filter(({ isIntent }) => isIntent);
  const text = ({ written }: Entry): string => written?.text ?? '';
  return {
    texts: events.map(text),
    words: events.map(({ written }) => written?.words ?? ''),
    // What is offered has no intent here.
    settled: durable ? events.filter(isOurs).map(({ event }) => event.id) : [],
    intentIds: intents.map(({ event }) => event.id),
    intents: intents.map(text),
    durable,
  };
}
