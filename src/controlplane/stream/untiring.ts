import type { Clock } from '../../call/clock.js';

const FIRST_AGAIN_MS = 500;
const LONGEST_MS = 5000;

/** Work that is begun again until it succeeds: what a store that is away must not make us forget. */
export class Untiring {
  readonly #clock: Clock;
  readonly #work: () => Promise<void>;
  #againMs = FIRST_AGAIN_MS;
  #cancel: (() => void) | undefined;
  #running = false;
  #isAsked = false;
  #stopped = false;

  /** @param work - May be done once too often; rejects where it has to be done again. */
  constructor(clock: Clock, work: () => Promise<void>) {
    this.#clock = clock;
    this.#work = work;
  }

  /** Does the work now, or once more after it where it is under way; again after 500 ms, then later, where it fails. */
  now(): void {
    this.#isAsked = true;
    this.#cancel?.();
    this.#cancel = undefined;
    if (!this.#running && !this.#stopped) void this.#run();
  }

  /** Begins it no more. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #run(): Promise<void> {
    this.#running = true;
    let failed = false;
    while (this.#isAsked && !this.#stopped) {
      this.#isAsked = false;
      failed = await this.#work().then(
        () => false,
        () => true,
      );
    }
    this.#running = false;
    if (!failed) this.#againMs = FIRST_AGAIN_MS;
    else if (!this.#stopped) {
      this.#cancel = this.#clock.after(this.#againMs, () => this.now());
      this.#againMs = Math.min(this.#againMs * 2, LONGEST_MS);
    }
  }
}
