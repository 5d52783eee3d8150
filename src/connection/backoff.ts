import type { ConnectionFault } from './connection-fault.js';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** Whoever is refused is not wanted more often than that; it never stops, for a key can be permitted again. */
const REFUSED_MS = 30_000;

/** How long to wait before the next attempt: longer each time, and never as long as others do. */
export class Backoff {
  readonly #random: () => number;
  #attempts = 0;

  /** @param random - From 0 to 1. Default: `Math.random`. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /**
   * Milliseconds until the next attempt.
   *
   * Every fault is met with another attempt. What asks to be left alone for a while is, and a refused key slows down.
   */
  next(fault: ConnectionFault | undefined): number {
    const grown = Math.min(FIRST_MS * 2 ** Math.min(this.#attempts++, 10), LONGEST_MS);
    const asked = Math.max(grown, fault?.kind === 'refused' ? REFUSED_MS : 0);
    // From half of it on; what a service asks for is the least.
    return Math.max(asked * (0.5 + this.#random() / 2), (fault?.retryAfterMs ?? 0) * (1 + this.#random() / 4));
  }

  /** All is well again. */
  reset(): void {
    this.#attempts = 0;
  }
}
