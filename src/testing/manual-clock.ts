import type { Clock } from '../call/clock.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until it is moved by hand.
 *
 * @param start - Milliseconds since 1970 at the beginning. Default: 2026-01-01T00:00:00Z.
 */
export class ManualClock implements Clock {
  #now: number;
  readonly #start: number;
  readonly #timers = new Set<Timer>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
    this.#start = start;
  }

  /** How many timers are waiting. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds since 1970, as far as this clock was moved. */
  now(): number {
    return this.#now;
  }

  /** Milliseconds this clock was moved. */
  elapsed(): number {
    return this.#now - this.#start;
  }

  /** Calls back once the clock was moved so far. */
  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Moves time on and calls back what has become due, in order; then lets everything that waits on it go on. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settle();
    }
    this.#now = until;
    await settle();
  }

  /** Waits, without moving time, until so many timers are waiting. */
  async untilPending(count = 1): Promise<void> {
    while (this.#timers.size < count) await settle();
  }
}

/** Lets everything that is ready run, I/O included. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
