/** Most secrets that are remembered: those that were not seen for the longest time are forgotten. */
const MOST = 10_000;

/**
 * Secrets that were valid when they were made or last looked up.
 *
 * It lets nobody in: whoever comes with one of them is looked up even while others from their address are not. Only
 * valid ones get in, so that whoever tries secrets out neither fills it nor pushes others out.
 */
export class KnownSecrets {
  readonly #secrets = new Set<string>();

  /** True where it is remembered. */
  has(secret: string): boolean {
    return this.#secrets.has(secret);
  }

  /** Remembers a secret, as the one that was seen last. */
  add(secret: string): void {
    this.#secrets.delete(secret);
    this.#secrets.add(secret);
    if (this.#secrets.size <= MOST) return;
    for (const oldest of this.#secrets) return void this.#secrets.delete(oldest);
  }

  /** Forgets a secret: it is wrong by now, or used up. */
  delete(secret: string): void {
    this.#secrets.delete(secret);
  }
}
