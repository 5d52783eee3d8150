import type { MaybePromise } from './maybe-promise.js';

/** What one call took from a counter. */
export interface Hit {
  /** The key it was counted under; {@link OVERFLOW} where memory held too many keys. */
  readonly slot: string;
  /** When the window ends, in milliseconds since 1970. Nothing is given back after that. */
  readonly endsAt: number;
  /** True where the budget was used up; nothing was taken then. */
  readonly refused: boolean;
  /** True where the store did not answer and this process counted in its stead. */
  readonly insured: boolean;
}

/**
 * So many points in a window, counted by key. Windows are fixed and start with the first hit of a key.
 *
 * Every method answers at once where it counts in memory, and with a promise where it asks a store. No method throws or
 * rejects.
 */
export interface Counter {
  /** Takes one point, or answers that there is none left and takes nothing. */
  take(key: string): MaybePromise<Hit>;
  /** Takes one point, also where there is none left; some stores do not count beyond that, and then the hit is refused. */
  add(key: string): MaybePromise<Hit>;
  /** Returns the point of a hit, unless its window has ended; whoever does not care when need not wait. */
  giveBack(hit: Hit): MaybePromise<void>;
  /** When the window of a used-up key ends, in milliseconds since 1970; 0 for a key with points left. */
  fullUntil(slot: string): MaybePromise<number>;
}

/** The slot that new keys share once memory holds as many as it may. No key of a call begins with this character. */
export const OVERFLOW = '*';
