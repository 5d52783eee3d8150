import { type Counter, type Hit, OVERFLOW } from './counter.js';
import { type LimitExceeded, limitExceeded } from './limit-exceeded.js';
import { after, type MaybePromise } from './maybe-promise.js';
import type { RateWindow } from './rate-window.js';

/**
 * The budget of one limit: so many allowed calls in a window, and as many that are refused for another reason.
 *
 * A call that is denied, pending or blocked does not use up the budget of those that run; the second count keeps it
 * from being tried without end. Every method answers at once where its counters do.
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
  take(key: string): MaybePromise<Hit | LimitExceeded> {
    const hit = this.#allowed.take(key);
    // Asked before the answer about the allowed calls is there: in a store, one wait is enough.
    const fullUntil = this.#refused.fullUntil(key);
    return hit instanceof Promise ? hit.then((each) => this.#judge(each, fullUntil)) : this.#judge(hit, fullUntil);
  }

  /** Takes one call from the budget without a look at the refused ones, among which this very call is counted. */
  takeApproved(key: string): MaybePromise<Hit | LimitExceeded> {
    return after(this.#allowed.take(key), (hit) => (hit.refused ? this.#exceeded('', hit.endsAt) : hit));
  }

  /** Tells, without taking anything, that the budget of allowed calls is used up; undefined where it is not. */
  exceeded(key: string): MaybePromise<LimitExceeded | undefined> {
    return after(this.#allowed.fullUntil(key), (until) => (until === 0 ? undefined : this.#exceeded('', until)));
  }

  /** Returns what a call took. */
  giveBack(hit: Hit): MaybePromise<void> {
    return this.#allowed.giveBack(hit);
  }

  /** Counts a call among the refused ones. */
  countRefusal(hit: Hit): MaybePromise<Hit> {
    return this.#refused.add(hit.slot);
  }

  /** Takes a call out of the refused ones again. */
  forgetRefusal(refusal: Hit): void {
    if (!refusal.refused) void this.#refused.giveBack(refusal);
  }

  #judge(hit: Hit, fullUntil: MaybePromise<number>): MaybePromise<Hit | LimitExceeded> {
    if (hit.refused) return this.#exceeded('', hit.endsAt);
    // On the way of every call: nothing that is there already costs a closure.
    if (fullUntil === 0 && hit.slot !== OVERFLOW) return hit;
    return after(fullUntil, (until) => {
      const shared = hit.slot === OVERFLOW ? this.#refused.fullUntil(OVERFLOW) : 0;
      return after(shared, (sharedUntil) => this.#unlessFull(hit, Math.max(until, sharedUntil)));
    });
  }

  #unlessFull(hit: Hit, fullUntil: number): MaybePromise<Hit | LimitExceeded> {
    if (fullUntil === 0) return hit;
    return after(this.#allowed.giveBack(hit), () => this.#exceeded('refused calls ', fullUntil));
  }

  #exceeded(what: string, endsAt: number): LimitExceeded {
    return limitExceeded(`${this.points} ${what}per ${this.window.word}`, endsAt - Date.now());
  }
}
