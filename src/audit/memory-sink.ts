import type { AuditEvent, Sink } from './audit-event.js';

/**
 * Keeps the newest audit events in memory: for tests and for a look at what happened.
 *
 * @param capacity - How many events are kept; the oldest go first. Default 10,000.
 */
export class MemorySink implements Sink {
  readonly #capacity: number;
  readonly #ring: AuditEvent[] = [];
  #next = 0;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** The kept events, oldest first. */
  get events(): readonly AuditEvent[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }

  /** Keeps one event. */
  write(event: AuditEvent): void {
    if (this.#ring.length < this.#capacity) {
      this.#ring.push(event);
      return;
    }
    this.#ring[this.#next] = event;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** Forgets all events. */
  clear(): void {
    this.#ring.length = 0;
    this.#next = 0;
  }
}
