import type { ToolCall } from '../call/tool-call.js';
import type { Hit } from './counter.js';
import { isLimitExceeded, type LimitExceeded } from './limit-exceeded.js';
import { after, allOf, type MaybePromise } from './maybe-promise.js';
import type { RateBudget } from './rate-budget.js';
import type { Keyed, RateLimitKey } from './rate-limit-key.js';

type Budgets = readonly Keyed<RateBudget>[];

/**
 * Takes a call from all of its budgets, one after the other; where one refuses, the others get back what they gave.
 *
 * One after the other, because together several calls could each hold what the other lacks, and all be refused.
 *
 * @returns What was taken, in the order of the budgets; or of the limits that are used up the one with the longest wait.
 */
export function takeFromAll(
  budgets: Budgets,
  call: ToolCall,
  approved = false,
): MaybePromise<readonly Hit[] | LimitExceeded> {
  return takeFrom(budgets, call, approved, new Array<Hit>(budgets.length), 0);
}

/** Takes from the budgets that are left. A promise only where a budget answers with one; then it goes on from there. */
function takeFrom(
  budgets: Budgets,
  call: ToolCall,
  approved: boolean,
  hits: Hit[],
  next: number,
): MaybePromise<readonly Hit[] | LimitExceeded> {
  let made: RateLimitKey | undefined;
  let name = '';
  for (let at = next; at < budgets.length; at += 1) {
    const { limit, key } = budgets[at] as Keyed<RateBudget>;
    // The windows of one rule have one key.
    if (key !== made) name = key.of(call);
    made = key;
    const taken = approved ? limit.takeApproved(name) : limit.take(name);
    if (taken instanceof Promise) {
      return taken.then((each) => {
        if (isLimitExceeded(each)) return refuse(budgets, call, hits.slice(0, at), each);
        hits[at] = each;
        return takeFrom(budgets, call, approved, hits, at + 1);
      });
    }
    if (isLimitExceeded(taken)) return refuse(budgets, call, hits.slice(0, at), taken);
    hits[at] = taken;
  }
  return hits;
}

/** Gives everything back; then asks the budgets that were not asked yet, for a longer wait than the first one's. */
function refuse(
  budgets: Budgets,
  call: ToolCall,
  hits: readonly Hit[],
  first: LimitExceeded,
): MaybePromise<LimitExceeded> {
  const returned = allOf(hits.map((hit, at) => budgets[at]?.limit.giveBack(hit)));
  return after(returned, () => {
    const rest = budgets.slice(hits.length + 1).map(({ limit, key }) => limit.exceeded(key.of(call)));
    return after(allOf(rest), (others) => longest(first, others));
  });
}

/** A caller told a shorter wait than the longest would only be refused again. */
function longest(first: LimitExceeded, others: readonly (LimitExceeded | undefined)[]): LimitExceeded {
  return others.reduce<LimitExceeded>(
    (most, each) => (each && each.retryAfterSeconds > most.retryAfterSeconds ? each : most),
    first,
  );
}
