import type { ToolCall } from '../call/tool-call.js';
import type { Hit } from './counter.js';
import { isLimitExceeded, type LimitExceeded } from './limit-exceeded.js';
import { after, allOf, type MaybePromise } from './maybe-promise.js';
import type { RateBudget } from './rate-budget.js';
import type { Keyed } from './rate-limit-key.js';
import { takeFromAll } from './take-from-all.js';

/** A call was admitted by its rate limits. */
export interface RateTicket {
  /**
   * The call does not run: returns what it took from the budgets of allowed calls and counts it among the refused.
   * Does nothing where nothing is held. Returns at once; a store that fails is answered for by this process.
   */
  giveBack(): void;
  /**
   * The call may run after all: takes from the budgets again, and out of the refused. Takes nothing twice.
   *
   * @returns Undefined where the call is admitted, else which limit is used up; then nothing is held.
   */
  takeAgain(): LimitExceeded | undefined | Promise<LimitExceeded | undefined>;
}

/** The ticket of a call that no rate limit binds. */
export const FREE_TICKET: RateTicket = Object.freeze({ giveBack: () => undefined, takeAgain: () => undefined });

/** One for all tickets: most of them never give anything back. */
const NO_REFUSALS: readonly MaybePromise<Hit>[] = [];

/** The ticket of a call that holds something of every budget. */
export class HeldTicket implements RateTicket {
  readonly #budgets: readonly Keyed<RateBudget>[];
  readonly #call: ToolCall;
  #held: readonly Hit[] | undefined;
  #refusals = NO_REFUSALS;
  #taking: Promise<LimitExceeded | undefined> | undefined;

  /** @param held - What was taken, in the order of the budgets. */
  constructor(budgets: readonly Keyed<RateBudget>[], call: ToolCall, held: readonly Hit[]) {
    this.#budgets = budgets;
    this.#call = call;
    this.#held = held;
  }

  /** Returns what is held and counts the call among the refused; waits for a `takeAgain` that is under way. */
  giveBack(): void {
    const held = this.#held;
    if (this.#taking) void this.#taking.then(() => this.giveBack());
    if (!held) return;
    this.#held = undefined;
    this.#refusals = held.flatMap((hit, at) => {
      const budget = this.#budgets[at]?.limit;
      void budget?.giveBack(hit);
      return budget ? [budget.countRefusal(hit)] : [];
    });
  }

  /** Takes from the budgets again, once for all who ask at the same time. */
  takeAgain(): MaybePromise<LimitExceeded | undefined> {
    if (this.#held) return undefined;
    if (this.#taking) return this.#taking;
    const settled = after(takeFromAll(this.#budgets, this.#call, true), (taken) => this.#settle(taken));
    if (!(settled instanceof Promise)) return settled;
    this.#taking = settled.finally(() => {
      this.#taking = undefined;
    });
    return this.#taking;
  }

  #settle(taken: readonly Hit[] | LimitExceeded): MaybePromise<LimitExceeded | undefined> {
    if (isLimitExceeded(taken)) return taken;
    this.#held = taken;
    const refusals = allOf(this.#refusals);
    this.#refusals = NO_REFUSALS;
    return after(refusals, (counted) => {
      counted.forEach((refusal, at) => this.#budgets[at]?.limit.forgetRefusal(refusal));
      return undefined;
    });
  }
}
