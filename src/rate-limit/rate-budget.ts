import { type Counter, type Hit, OVERFLOW } from './counter.js';
import { type LimitExceeded, limitExceeded } from './limit-exceeded.js';
import type { RateWindow } from './rate-window.js';

/**
 * The budget of one limit: so many allowed calls in a window, and as many that are refused for another reason.
 *
 * A call that is denied, pending or blocked does not use up the budget of those that run; the second count keeps it
 * from being tried without end.
 */
export class RateBudget {
  readonly window: RateWindow;
  /** How many calls there are in a window. */
  readonly points: number;
  readonly #allowed: Counter;
  readonly #refused: Counter;

  constructor(points: number, window: RateWindow, allowed: Counter, refused: Counter) {
    this.window = window;
    this.points = points;
    this.#allowed = allowed;
    this.#refused = refused;
  }

  /** Takes one call from the budget, unless it or the one of refused calls is used up; then nothing is taken. */
  async take(key: string): Promise<Hit | LimitExceeded> {
    const taking = this.#allowed.take(key);
    // Asked before the answer about the allowed calls is there: in a store, one wait is enough.
    const asked = this.#refused.fullUntil(key);
    const hit = await taking;
    if (hit.refused) return this.#exceeded('', hit.endsAt);
    let fullUntil = typeof asked === 'number' ? asked : await asked;
    if (hit.slot === OVERFLOW) fullUntil = Math.max(fullUntil, await this.#refused.fullUntil(OVERFLOW));
    if (fullUntil === 0) return hit;
    await this.#allowed.giveBack(hit);
    return this.#exceeded('refused calls ', fullUntil);
  }

  /** Takes one call from the budget without a look at the refused ones, among which this very call is counted. */
  async takeApproved(key: string): Promise<Hit | LimitExceeded> {
    const hit = await this.#allowed.take(key);
    return hit.refused ? this.#exceeded('', hit.endsAt) : hit;
  }

  /** Tells, without taking anything, that the budget of allowed calls is used up; undefined where it is not. */
  async exceeded(key: string): Promise<LimitExceeded | undefined> {
    const fullUntil = await this.#allowed.fullUntil(key);
    return fullUntil === 0 ? undefined : this.#exceeded('', fullUntil);
  }

  /** Returns what a call took. */
  giveBack(hit: Hit): Promise<void> {
    return this.#allowed.giveBack(hit);
  }

  /** Counts a call among the refused ones. */
  countRefusal(hit: Hit): Promise<Hit> {
    return this.#refused.add(hit.slot);
  }

  /** Takes a call out of the refused ones again. */
  forgetRefusal(refusal: Hit): void {
    if (!refusal.refused) void this.#refused.giveBack(refusal);
  }

  #exceeded(what: string, endsAt: number): LimitExceeded {
    return limitExceeded(`${this.points} ${what}per ${this.window.word}`, endsAt - Date.now());
  }
}
