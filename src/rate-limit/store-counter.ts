import type { RateLimiterRes } from 'rate-limiter-flexible';
import { type Counter, type Hit, OVERFLOW } from './counter.js';
import type { MemoryCounter } from './memory-counter.js';
import type { MaybePromise } from './maybe-promise.js';
import { digest } from './rate-limit-key.js';
import type { SharedLimiter } from './shared-limiter.js';
import type { StoreGuard } from './store-guard.js';

/** So close to its end a window gets nothing back: the point might land in the next one, where it was never taken. */
const SETTLE_MS = 500;

/** What a counter in a store needs. */
export interface StoreCounterOptions {
  readonly limiter: SharedLimiter;
  readonly guard: StoreGuard;
  /** Counts while the store is gone. */
  readonly insurance: MemoryCounter;
  readonly points: number;
  /** What keys are made of; part of what is hashed, so that equal keys of different rules stay apart. */
  readonly scope: string;
}

/**
 * Counts in a store that processes share, and in this process while that store is gone or slow.
 *
 * The insurance is kept up to date with what the store answers, so that a store that goes away leaves no caller a fresh
 * budget. Until the store is back each process counts by itself, and what it counted meanwhile stays with it.
 * Keys are hashed before they leave the process.
 */
export class StoreCounter implements Counter {
  readonly #options: StoreCounterOptions;

  constructor(options: StoreCounterOptions) {
    this.#options = options;
  }

  /** Takes one point in the store, or in this process while the store is gone. */
  async take(key: string): Promise<Hit> {
    const { limiter, guard, insurance, points } = this.#options;
    const now = Date.now();
    const stored = this.#storeKey(key);
    const res = await guard.run(() => limiter.consume(stored));
    if (res === undefined) return { ...insurance.take(key), insured: true };
    const refused = res.consumedPoints > points;
    if (refused && limiter.countsRefusals) await guard.run(() => limiter.reward(stored));
    return this.#hit(key, now, res, refused);
  }

  /** Takes one point, also where there is none left; in this process while the store is gone. */
  async add(key: string): Promise<Hit> {
    const { limiter, guard, insurance, points } = this.#options;
    const now = Date.now();
    const res = key === OVERFLOW ? undefined : await guard.run(() => limiter.penalty(this.#storeKey(key)));
    if (res === undefined) return { ...insurance.add(key), insured: true };
    return this.#hit(key, now, res, res.consumedPoints > points && !limiter.countsRefusals);
  }

  /** Returns the point of a hit to whoever counted it, unless its window has ended or is about to. */
  async giveBack(hit: Hit): Promise<void> {
    const { limiter, guard, insurance } = this.#options;
    if (hit.insured) return insurance.giveBack(hit);
    if (Date.now() >= hit.endsAt - SETTLE_MS) return;
    const stored = this.#storeKey(hit.slot);
    const res = await guard.run(() => limiter.reward(stored));
    if (res === undefined) insurance.giveBack(hit);
    else if (res.consumedPoints >= 0) insurance.mirror(hit.slot, res.consumedPoints, hit.endsAt);
    // The clock of whoever opened the window runs ahead of ours: it has begun again with -1, a point nobody may have.
    else await guard.run(() => limiter.penalty(stored));
  }

  /** Tells when a used-up key has points again, by the store, or by this process while the store is gone. */
  fullUntil(slot: string): MaybePromise<number> {
    const { limiter, guard, insurance, points } = this.#options;
    if (slot === OVERFLOW) return insurance.fullUntil(slot);
    const now = Date.now();
    return guard
      .run(() => limiter.get(this.#storeKey(slot)))
      .then((res) => {
        if (res === undefined) return insurance.fullUntil(slot);
        return res && res.msBeforeNext > 0 && res.consumedPoints >= points ? now + res.msBeforeNext : 0;
      });
  }

  #hit(key: string, now: number, res: RateLimiterRes, refused: boolean): Hit {
    const { insurance, points } = this.#options;
    const endsAt = now + Math.max(res.msBeforeNext, 0);
    insurance.mirror(key, Math.min(res.consumedPoints, points), endsAt);
    return { slot: key, endsAt, refused, insured: false };
  }

  #storeKey(key: string): string {
    return digest(this.#options.scope + key);
  }
}
