/** How a store is watched. */
export interface StoreGuardOptions {
  /** Milliseconds a store has to answer. */
  readonly timeoutMs: number;
  /** Milliseconds a store that failed is left alone, so that not every call waits for it. */
  readonly pauseMs: number;
  /** Makes the way to the store, once; never rejects. What takes its time at a start is not held against the store. */
  readonly open?: (() => Promise<void>) | undefined;
  /** Told each time the store fails after it worked. */
  readonly onFault: ((fault: unknown) => void) | undefined;
  /** Told each time the store answers after it failed. */
  readonly onBack: (() => void) | undefined;
}

/**
 * Bounds what a store can do to a call: it answers in time, or it is counted as gone.
 *
 * After a fault nothing is asked for a pause; then one operation tries again while the others go on without the store.
 */
export class StoreGuard {
  readonly #options: StoreGuardOptions;
  #down = false;
  #retryAt = 0;
  #opening: Promise<void> | undefined;
  #isOpen: boolean;

  constructor(options: StoreGuardOptions) {
    this.#options = options;
    this.#isOpen = options.open === undefined;
  }

  /**
   * Runs one operation on the store.
   *
   * @returns What the store answered; undefined where it failed, was too late or is left alone. Never rejects. A late
   *   answer or rejection is dropped.
   */
  run<T>(operation: () => Promise<T>): Promise<T | undefined> {
    if (this.#isOpen) return this.#run(operation);
    this.#opening ??= this.#options.open?.().then(() => {
      this.#isOpen = true;
    });
    return (this.#opening ?? Promise.resolve()).then(() => this.#run(operation));
  }

  #run<T>(operation: () => Promise<T>): Promise<T | undefined> {
    if (this.#down) {
      const now = Date.now();
      if (now < this.#retryAt) return Promise.resolve(undefined);
      // This one tries. Should it never end, another one does later.
      this.#retryAt = now + this.#options.timeoutMs + this.#options.pauseMs;
    }
    const probing = this.#down;
    return new Promise((resolve) => {
      const fail = (fault: unknown): void => {
        clearTimeout(timer);
        this.#fail(fault, probing);
        resolve(undefined);
      };
      const timer = setTimeout(() => {
        const text = `The rate limit store did not answer within ${this.#options.timeoutMs} ms.`;
        fail(Object.assign(new Error(text), { code: 'ETIMEDOUT' }));
      }, this.#options.timeoutMs);
      timer.unref();
      attempt(operation).then((answer) => {
        clearTimeout(timer);
        // Only whoever tries again may say that the store is back: answers to older questions arrive late.
        if (probing) this.#rise();
        resolve(answer);
      }, fail);
    });
  }

  #fail(fault: unknown, probing: boolean): void {
    const known = this.#down;
    this.#down = true;
    if (!known || probing) this.#retryAt = Date.now() + this.#options.pauseMs;
    if (!known) told(() => this.#options.onFault?.(fault));
  }

  #rise(): void {
    if (!this.#down) return;
    this.#down = false;
    told(() => this.#options.onBack?.());
  }
}

/** Whoever listens must not be able to fail the call. */
function told(tell: () => void): void {
  try {
    tell();
  } catch {
    // The call goes on.
  }
}

/** Turns what an operation throws at once into a rejection. */
async function attempt<T>(operation: () => Promise<T>): Promise<T> {
  return operation();
}
