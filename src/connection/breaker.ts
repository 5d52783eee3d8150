import type { Clock } from '../call/clock.js';
import { ConnectionFault } from './connection-fault.js';

/** So many faults in a row, and nobody asks for a while. */
const FAULTS = 5;
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** Whether requests are let through: all, none, or one to see how things are. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * Spares calls the wait for a service that does not answer, and a service the requests that it cannot answer.
 *
 * After five faults in a row nobody asks for a second, then one does; where that fails, for twice as long, up to 30 seconds.
 */
export class Breaker {
  readonly #clock: Clock;
  readonly #random: () => number;
  #faults = 0;
  #openMs = 0;
  #openUntil = 0;
  #trying = false;

  /** @param random - From 0 to 1; several doors are not to try at the same moment. Default: `Math.random`. */
  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** How requests are met at this moment. */
  get state(): BreakerState {
    if (this.#openMs === 0) return 'closed';
    return this.#trying || this.#clock.elapsed() >= this.#openUntil ? 'half-open' : 'open';
  }

  /**
   * Sends a request, or not.
   *
   * @param isFault - Whether what was thrown says that the service is not well.
   * @throws ConnectionFault at once where nobody asks; whatever `request` throws.
   */
  async run<T>(request: () => Promise<T>, isFault: (thrown: unknown) => boolean): Promise<T> {
    const { state } = this;
    if (state === 'open' || this.#trying) {
      throw new ConnectionFault('open', 'the controlplane did not answer before, and is not asked for a while');
    }
    const isTrial = state === 'half-open';
    this.#trying = isTrial;
    try {
      const answer = await request();
      this.#well();
      return answer;
    } catch (thrown) {
      // What says nothing of the service neither opens nor closes anything.
      if (isFault(thrown)) this.#fault(isTrial);
      throw thrown;
    } finally {
      if (isTrial) this.#trying = false;
    }
  }

  #well(): void {
    this.#faults = 0;
    this.#openMs = 0;
  }

  #fault(isTrial: boolean): void {
    this.#faults++;
    if (!isTrial && (this.#faults < FAULTS || this.#openMs > 0)) return;
    this.#openMs = Math.min(this.#openMs === 0 ? FIRST_MS : this.#openMs * 2, LONGEST_MS);
    this.#openUntil = this.#clock.elapsed() + this.#openMs * (0.75 + this.#random() / 2);
  }
}
