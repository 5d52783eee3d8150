import { AuditError } from '../audit/audit-error.js';
import type { AuditEvent, StoredEvent } from '../audit/audit-event.js';
import type { Outbox } from './audit-outbox.js';

/** Beyond so many events, what comes is dropped, and its loss recorded by whoever writes it. */
const MOST_EVENTS = 10_000;
/** As many as are delivered at once. */
const PAGE = 1_000;

/** Audit events on their way where no disk keeps them: until they are delivered or the process ends, and bounded. */
export class MemoryOutbox implements Outbox {
  readonly #mostEvents: number;
  #waiting: StoredEvent[] = [];
  #seq = 0;
  #onWrite: () => void = () => undefined;

  /** @param mostEvents - How many may wait. Default 10,000. */
  constructor(mostEvents = MOST_EVENTS) {
    this.#mostEvents = mostEvents;
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
    if (this.#waiting.length >= this.#mostEvents) {
      throw new AuditError(
        `An audit event was dropped: ${this.#mostEvents} of them wait for the controlplane already.`,
      );
    }
    this.#waiting.push({ ...event, seq: ++this.#seq, previousHash: '', hash: '' });
    this.#onWrite();
  }

  /** The oldest events, at most 1,000 of them; none where nothing waits. */
  async first(): Promise<readonly StoredEvent[]> {
    return this.#waiting.slice(0, PAGE);
  }

  /** Lets go of what was delivered. */
  async delivered(last: StoredEvent): Promise<void> {
    this.#waiting = this.#waiting.filter(({ seq }) => seq > last.seq);
  }

  /** Does work; no other process has this outbox. */
  async exclusively(work: () => Promise<void>): Promise<boolean> {
    await work();
    return true;
  }

  /** There is nothing to wait for: memory keeps nothing that a disk would. */
  async flush(): Promise<void> {}

  /** Lets go of what waits. */
  async close(): Promise<void> {
    this.#waiting = [];
  }
}
