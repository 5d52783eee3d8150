import type { Clock } from '../call/clock.js';
import { sleep } from '../pipeline/deadline.js';
import { OwnFault } from '../pipeline/own-fault.js';

/** How many are let through at once, and how many wait. */
export interface TurnsOptions {
  readonly most: number;
  readonly mostWaiting: number;
  /** How long a turn is waited for, in milliseconds. */
  readonly waitMs: number;
  readonly clock: Clock;
}

/** Lets so many through at once; others wait for their turn, first come, first served. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /**
   * Does work when its turn has come.
   *
   * @throws OwnFault where too many wait, or it waited too long: whoever comes in crowds must not pass for a service that is
   *   away. Whatever `work` throws.
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (this.#taken >= this.#options.most) await this.#wait(signal);
    else this.#taken++;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    const { mostWaiting, waitMs, clock } = this.#options;
    if (this.#waiting.size >= mostWaiting) throw new OwnFault(new Error('too many calls wait to be judged'));
    const over = new AbortController();
    const giveUp = (): void => over.abort();
    let isOurs = false;
    const take = (): void => {
      isOurs = true;
      over.abort();
    };
    this.#waiting.add(take);
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
    await sleep(waitMs, clock, over.signal).catch(() => undefined);
    signal?.removeEventListener('abort', giveUp);
    this.#waiting.delete(take);
    if (!isOurs) throw new OwnFault(new Error('nobody was free to judge the call in time'));
  }

  /** A turn that ends is the next one's. */
  #next(): void {
    const [take] = this.#waiting;
    if (take === undefined) {
      this.#taken--;
      return;
    }
    this.#waiting.delete(take);
    take();
  }
}
