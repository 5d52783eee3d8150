import type { Clock } from '../call/clock.js';

const QUIET_MS = 60_000;

/**
 * Says what audit sinks did not take: the first loss at once, and from then on how many there were, once a minute.
 *
 * A store that is down would otherwise write a line a call, and the log with it go down.
 */
export class DroppedEvents {
  readonly #clock: Clock;
  readonly #say: (count: number, fault: unknown) => void;
  #saidAt = Number.NEGATIVE_INFINITY;
  #count = 0;
  #fault: unknown;

  /** @param say - Told how many events were lost since it was told last, and why the last one was. */
  constructor(clock: Clock, say: (count: number, fault: unknown) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** Notes one loss. */
  add(fault: unknown): void {
    this.#count++;
    this.#fault = fault;
    this.tellIfDue();
  }

  /** Says what was not said yet, once the quiet is over. To be called now and then: losses may end as they began. */
  tellIfDue(): void {
    if (this.#count > 0 && this.#clock.elapsed() - this.#saidAt >= QUIET_MS) this.tell();
  }

  /** Says what was not said yet, at once: before the process ends. */
  tell(): void {
    if (this.#count === 0) return;
    const count = this.#count;
    this.#count = 0;
    this.#saidAt = this.#clock.elapsed();
    this.#say(count, this.#fault);
    this.#fault = undefined;
  }
}
