import MemoryStorage from 'rate-limiter-flexible/lib/component/MemoryStorage/MemoryStorage.js';
import { type Counter, type Hit, OVERFLOW } from './counter.js';

/** How often a full counter looks for keys whose window has ended. */
const SWEEP_EVERY_MS = 1000;

/**
 * Counts in this process, in bounded memory, and answers at once.
 *
 * The storage is the one inside the library's memory limiter, whose own methods make a promise of each answer: on the
 * way of every call that costs more than the counting. Its timers keep no process alive.
 *
 * Callers can invent keys. Once `maxKeys` of them are live, keys that are new share one slot with the points of one
 * key, until windows end. To forget a live key instead would hand its owner a fresh budget; so a flood of invented keys
 * costs newcomers their budget, and never loosens that of a key that is known.
 */
export class MemoryCounter implements Counter {
  readonly #storage = new MemoryStorage();
  readonly #points: number;
  readonly #windowSeconds: number;
  readonly #maxKeys: number;
  /** When the window of each slot ends; slots that the storage has dropped stay until there is need of their place. */
  readonly #endsAt = new Map<string, number>();
  #sweepAt = 0;

  /**
   * @param windowSeconds - Length of a window.
   * @throws RangeError where `points` is not a finite number.
   */
  constructor(points: number, windowSeconds: number, maxKeys: number) {
    if (!Number.isFinite(points)) throw new RangeError('points must be a finite number');
    this.#points = points;
    this.#windowSeconds = windowSeconds;
    this.#maxKeys = maxKeys;
  }

  /** How many keys are held, the shared slot not counted. */
  get size(): number {
    return this.#endsAt.size - (this.#endsAt.has(OVERFLOW) ? 1 : 0);
  }

  /** Takes one point of a key, or of the slot that new keys share. */
  take(key: string): Hit {
    return this.#count(key, this.#points);
  }

  /** Takes one point, also where there is none left. */
  add(key: string): Hit {
    return this.#count(key, Infinity);
  }

  /** Returns the point of a hit, unless its window has ended or its key is held no more. */
  giveBack({ slot, endsAt }: Hit): void {
    const known = this.#endsAt.get(slot);
    if (known === undefined || Date.now() >= endsAt) return;
    // Timers end windows, and go by another clock than dates do: where that was set back, a later window is running.
    if (known - endsAt < this.#windowSeconds * 500) this.#giveBack(slot);
  }

  /** Tells when a used-up key has points again. */
  fullUntil(slot: string): number {
    const endsAt = this.#endsAt.get(slot);
    if (endsAt === undefined) return 0;
    const res = this.#storage.get(slot);
    return res !== null && res.msBeforeNext > 0 && res.consumedPoints >= this.#points ? endsAt : 0;
  }

  /** Takes over what a store has counted; does nothing where there is no room for the key. */
  mirror(key: string, points: number, endsAt: number): void {
    const now = Date.now();
    if (endsAt <= now || (!this.#endsAt.has(key) && this.#slotOfNew(key) === OVERFLOW)) return;
    this.#endsAt.set(key, endsAt);
    this.#storage.set(key, points, (endsAt - now) / 1000);
  }

  #count(key: string, points: number): Hit {
    const known = this.#endsAt.get(key);
    const slot = known === undefined ? this.#slotOfNew(key) : key;
    const res = this.#storage.incrby(slot, 1, this.#windowSeconds);
    const endsAt = res.isFirstInDuration ? this.#begin(slot) : (known ?? this.#endsAt.get(slot) ?? 0);
    const refused = res.consumedPoints > points;
    // The storage counts what is refused, too.
    if (refused) this.#giveBack(slot);
    return { slot, endsAt, refused, insured: false };
  }

  #giveBack(slot: string): void {
    const res = this.#storage.incrby(slot, -1, this.#windowSeconds);
    // A window that ended has begun again with -1: a point nobody may have. The next hit begins it as it should.
    if (res.consumedPoints < 0) this.#storage.delete(slot);
  }

  /** Notes when a window ends that has just begun: not a moment later than the storage ends it, hence `now` first. */
  #begin(slot: string): number {
    const now = Date.now();
    const endsAt = now + (this.#storage.get(slot)?.msBeforeNext ?? 0);
    this.#endsAt.set(slot, endsAt);
    return endsAt;
  }

  /** Where a key is counted that is not held yet. */
  #slotOfNew(key: string): string {
    if (this.size >= this.#maxKeys) this.#sweep(Date.now());
    return this.size < this.#maxKeys ? key : OVERFLOW;
  }

  #sweep(now: number): void {
    if (now < this.#sweepAt) return;
    this.#sweepAt = now + SWEEP_EVERY_MS;
    for (const [slot, endsAt] of this.#endsAt) {
      if (endsAt > now) continue;
      this.#endsAt.delete(slot);
      this.#storage.delete(slot);
    }
  }
}
