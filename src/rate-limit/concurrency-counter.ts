/** Counts what runs at the same time in this process, by key. It holds the keys of running calls only. */
export class ConcurrencyCounter {
  /** How many may run at once. */
  readonly max: number;
  readonly #running = new Map<string, number>();

  constructor(max: number) {
    this.max = max;
  }

  /** How many keys have something running. */
  get size(): number {
    return this.#running.size;
  }

  /** Counts one more; false, and nothing is counted, where as many run as may. */
  enter(key: string): boolean {
    const running = this.#running.get(key) ?? 0;
    if (running >= this.max) return false;
    this.#running.set(key, running + 1);
    return true;
  }

  /** Counts one less; to be called once for each `enter` that returned true. */
  leave(key: string): void {
    const running = this.#running.get(key) ?? 0;
    if (running > 1) this.#running.set(key, running - 1);
    else this.#running.delete(key);
  }
}
