import type { Hit } from './counter.js';
import { isLimitExceeded, type LimitExceeded } from './limit-exceeded.js';
import type { RateBudget } from './rate-budget.js';

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

/** A budget, and the key of the call in it. */
export interface BudgetKey {
  readonly budget: RateBudget;
  readonly key: string;
}

/** The ticket of a call that no rate limit binds. */
export const FREE_TICKET: RateTicket = Object.freeze({ giveBack: () => undefined, takeAgain: () => undefined });

/**
 * Takes a call from all of its budgets, one after the other; where one refuses, the others get back what they gave.
 *
 * One after the other, because together several calls could each hold what the other lacks, and all be refused.
 *
 * @returns What was taken, in the order of the budgets; or of the limits that are used up the one with the longest wait.
 */
export async function takeFromAll(budgets: readonly BudgetKey[], approved = false): Promise<Hit[] | LimitExceeded> {
  const hits: Hit[] = [];
  for (const { budget, key } of budgets) {
    const taken = await (approved ? budget.takeApproved(key) : budget.take(key));
    if (isLimitExceeded(taken)) {
      await Promise.all(hits.map(async (hit, index) => budgets[index]?.budget.giveBack(hit)));
      const rest = budgets.slice(hits.length + 1).map((each) => each.budget.exceeded(each.key));
      return longest(taken, await Promise.all(rest));
    }
    hits.push(taken);
  }
  return hits;
}

/** A caller told a shorter wait than the longest would only be refused again. */
function longest(first: LimitExceeded, others: readonly (LimitExceeded | undefined)[]): LimitExceeded {
  return others.reduce<LimitExceeded>(
    (most, each) => (each && each.retryAfterSeconds > most.retryAfterSeconds ? each : most),
    first,
  );
}

/** The ticket of a call that holds something of every budget. */
export class HeldTicket implements RateTicket {
  readonly #budgets: readonly BudgetKey[];
  #held: readonly Hit[] | undefined;
  #refusals: readonly Promise<Hit>[] = [];
  #taking: Promise<LimitExceeded | undefined> | undefined;

  /** @param held - What was taken, in the order of the budgets. */
  constructor(budgets: readonly BudgetKey[], held: readonly Hit[]) {
    this.#budgets = budgets;
    this.#held = held;
  }

  /** Returns what is held and counts the call among the refused; waits for a `takeAgain` that is under way. */
  giveBack(): void {
    const held = this.#held;
    if (this.#taking) void this.#taking.then(() => this.giveBack());
    if (!held) return;
    this.#held = undefined;
    this.#refusals = held.flatMap((hit, index) => {
      const budget = this.#budgets[index]?.budget;
      void budget?.giveBack(hit);
      return budget ? [budget.countRefusal(hit)] : [];
    });
  }

  /** Takes from the budgets again, once for all who ask at the same time. */
  takeAgain(): LimitExceeded | undefined | Promise<LimitExceeded | undefined> {
    if (this.#held) return undefined;
    this.#taking ??= this.#takeAgain().finally(() => {
      this.#taking = undefined;
    });
    return this.#taking;
  }

  async #takeAgain(): Promise<LimitExceeded | undefined> {
    const taken = await takeFromAll(this.#budgets, true);
    if (isLimitExceeded(taken)) return taken;
    this.#held = taken;
    const refusals = await Promise.all(this.#refusals);
    this.#refusals = [];
    refusals.forEach((refusal, index) => this.#budgets[index]?.budget.forgetRefusal(refusal));
    return undefined;
  }
}
