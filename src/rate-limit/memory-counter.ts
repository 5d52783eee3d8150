import type { RateLimiterRes } from 'rate-limiter-flexible';
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import { type Counter, type Hit, OVERFLOW } from './counter.js';

/** How often a full counter looks for keys whose window has ended. */
const SWEEP_EVERY_MS = 1000;

/**
 * Counts in this process, in bounded memory.
 *
 * Callers can invent keys. Once `maxKeys` of them are live, keys that are new share one slot with the points of one
 * key, until windows end. To forget a live key instead would hand its owner a fresh budget; so a flood of invented keys
 * costs newcomers their budget, and never loosens that of a key that is known.
 */
export class MemoryCounter implements Counter {
  readonly #limiter: RateLimiterMemory;
  readonly #points: number;
  readonly #windowMs: number;
  readonly #maxKeys: number;
  /** The live keys: the limiter knows them too, but does not tell how many there are. */
  readonly #endsAt = new Map<string, number>();
  #sweepAt = 0;

  /** @param windowSeconds - Length of a window. */
  constructor(points: number, windowSeconds: number, maxKeys: number) {
    this.#limiter = new RateLimiterMemory({ points, duration: windowSeconds, keyPrefix: '' });
    this.#points = points;
    this.#windowMs = windowSeconds * 1000;
    this.#maxKeys = maxKeys;
  }

  /** How many keys are held, the shared slot not counted. */
  get size(): number {
    return this.#endsAt.size;
  }

  /** Takes one point of a key, or of the slot that new keys share; what is taken is taken before anything is awaited. */
  take(key: string): Promise<Hit> {
    const now = Date.now();
    const slot = this.#slot(key, now);
    return this.#limiter.consume(slot).then(
      (res) => this.#hit(slot, now, res, false),
      async (refusal: unknown) => {
        // In memory nothing can fail: what it rejects with is its answer.
        const hit = this.#hit(slot, now, refusal as RateLimiterRes, true);
        // The limiter counts what it refuses, too.
        await this.giveBack(hit);
        return hit;
      },
    );
  }

  /** Takes one point, also where there is none left. */
  add(key: string): Promise<Hit> {
    const now = Date.now();
    const slot = this.#slot(key, now);
    return this.#limiter.penalty(slot).then((res) => this.#hit(slot, now, res, false));
  }

  /** Returns the point of a hit at once, unless its window has ended or its key is held no more. */
  async giveBack(hit: Hit): Promise<void> {
    const now = Date.now();
    if (now >= hit.endsAt || !this.#isLive(hit.slot, now)) return;
    const res = await this.#limiter.reward(hit.slot);
    // A window that ended in between has begun again with -1: a point nobody may have.
    if (res.consumedPoints < 0) await this.#limiter.penalty(hit.slot);
  }

  /** Tells when a used-up key has points again; at once, with 0, for a key that is not held. */
  fullUntil(slot: string): number | Promise<number> {
    const now = Date.now();
    if (!this.#isLive(slot, now)) return 0;
    return this.#limiter
      .get(slot)
      .then((res) => (res && res.msBeforeNext > 0 && res.consumedPoints >= this.#points ? now + res.msBeforeNext : 0));
  }

  /** Takes over what a store has counted; does nothing where there is no room for the key. */
  mirror(key: string, points: number, endsAt: number): void {
    const now = Date.now();
    if (endsAt <= now || this.#slot(key, now) === OVERFLOW) return;
    this.#endsAt.set(key, endsAt);
    void this.#limiter.set(key, points, (endsAt - now) / 1000);
  }

  #isLive(slot: string, now: number): boolean {
    return slot === OVERFLOW || (this.#endsAt.get(slot) ?? 0) > now;
  }

  /** Decides, before anything is awaited, where a key is counted: a burst must not slip past the bound. */
  #slot(key: string, now: number): string {
    if (this.#isLive(key, now)) return key;
    if (this.#endsAt.size >= this.#maxKeys && !this.#endsAt.has(key)) {
      this.#sweep(now);
      if (this.#endsAt.size >= this.#maxKeys) return OVERFLOW;
    }
    this.#endsAt.set(key, now + this.#windowMs);
    return key;
  }

  #sweep(now: number): void {
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + SWEEP_EVERY_MS;
    for (const [key, endsAt] of this.#endsAt) if (endsAt <= now) this.#endsAt.delete(key);
  }

  #hit(slot: string, now: number, res: RateLimiterRes, refused: boolean): Hit {
    const endsAt = now + res.msBeforeNext;
    // The limiter may have opened the window a moment later than the key was noted.
    if (res.isFirstInDuration && slot !== OVERFLOW) this.#endsAt.set(slot, endsAt);
    return { slot, endsAt, refused, insured: false };
  }
}
