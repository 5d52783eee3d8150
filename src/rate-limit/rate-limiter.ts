import type { ToolCall } from '../call/tool-call.js';
import type { ConcurrencyCounter } from './concurrency-counter.js';
import type { Hit } from './counter.js';
import { isLimitExceeded, type LimitExceeded, limitExceeded } from './limit-exceeded.js';
import type { MaybePromise } from './maybe-promise.js';
import type { RateBudget } from './rate-budget.js';
import { RateCounters, type RateCountersOptions } from './rate-counters.js';
import { type Keyed, rateLimitKey } from './rate-limit-key.js';
import type { RateLimitRule } from './rate-limit-rule.js';
import { FREE_TICKET, HeldTicket, type RateTicket } from './rate-ticket.js';
import { RATE_WINDOWS } from './rate-window.js';
import { takeFromAll } from './take-from-all.js';

export type { LimitExceeded, RateTicket };

const NOTHING_TO_LEAVE = (): void => undefined;

/**
 * The limits of one tool: how often it may be called, and how often at once.
 *
 * All rules apply. Windows are fixed and start with the first call of a key: with five calls a minute, five at the end
 * of one window and five at the start of the next can follow each other. Neither method throws or rejects; where a
 * shared store fails, this process goes on counting.
 */
export class RateLimiter {
  /** False where `take` admits every call. */
  readonly limitsRate: boolean;
  /** False where `enter` admits every call. */
  readonly limitsConcurrency: boolean;
  readonly #budgets: readonly Keyed<RateBudget>[];
  readonly #concurrency: readonly Keyed<ConcurrencyCounter>[];

  /**
   * @param rules - Limits, each a whole number of at least 1.
   * @param counters - The counts to use, shared with the limiters of other tools; or options, for counts of its own.
   * @throws TypeError or RangeError where options are wrong; Error where a limit is not a finite number.
   */
  constructor(rules: readonly RateLimitRule[], counters: RateCounters | RateCountersOptions) {
    const shared = counters instanceof RateCounters ? counters : new RateCounters(counters);
    const keyed = rules.map((rule) => ({ rule, key: rateLimitKey(rule.by) }));
    const budgets = keyed.flatMap(({ rule, key }) =>
      RATE_WINDOWS.flatMap((window) => {
        const points = rule[window.field];
        return points === undefined ? [] : [{ key, limit: shared.budget(key.scope, window, points) }];
      }),
    );
    // The tightest first: what it refuses never reaches the others, who would have to be given back.
    this.#budgets = distinct(budgets).toSorted((a, b) => a.limit.points - b.limit.points);
    this.#concurrency = distinct(
      keyed.flatMap(({ rule: { maxConcurrent }, key }) =>
        maxConcurrent === undefined ? [] : [{ key, limit: shared.concurrency(key.scope, maxConcurrent) }],
      ),
    );
    this.limitsRate = this.#budgets.length > 0;
    this.limitsConcurrency = this.#concurrency.length > 0;
  }

  /**
   * Takes one call from the budget of every window of every rule; at once where calls are counted in memory.
   *
   * @returns A ticket where all of them had room; else the limit that is used up, and then the call cost nothing.
   */
  take(call: ToolCall): MaybePromise<RateTicket | LimitExceeded> {
    if (!this.limitsRate) return FREE_TICKET;
    const held = takeFromAll(this.#budgets, call);
    return held instanceof Promise ? held.then((each) => this.#ticket(call, each)) : this.#ticket(call, held);
  }

  /**
   * Counts one more call as running, in this process only. To be called just before the handler.
   *
   * @returns A function that ends the call, which works once; or the limit that is reached, and then nothing is held.
   */
  enter(call: ToolCall): (() => void) | LimitExceeded {
    if (!this.limitsConcurrency) return NOTHING_TO_LEAVE;
    const entered: (() => void)[] = [];
    const leave = (): void => {
      for (const each of entered.splice(0)) each();
    };
    for (const { key, limit } of this.#concurrency) {
      const name = key.of(call);
      if (!limit.enter(name)) {
        leave();
        return limitExceeded(`${limit.max} at once`, 0);
      }
      entered.push(() => {
        limit.leave(name);
      });
    }
    return leave;
  }

  #ticket(call: ToolCall, held: readonly Hit[] | LimitExceeded): RateTicket | LimitExceeded {
    return isLimitExceeded(held) ? held : new HeldTicket(this.#budgets, call, held);
  }
}

/** Two spellings of one rule (`customer.id`, `args.customer.id`) are one limit, and count a call once. */
function distinct<T>(limits: readonly Keyed<T>[]): readonly Keyed<T>[] {
  return [...new Map(limits.map((each) => [each.limit, each])).values()];
}
