import type { Action } from '../../call/action.js';
import type { PolicyTestCall } from '../document.js';
import type { Policy } from '../policy.js';
import { toPolicyCall } from './to-policy-call.js';

/** What one policy says of a call. */
export interface Said {
  readonly action: Action;
  readonly rule: string;
}

/** A call that two policies decide differently. */
export interface Difference {
  /** Its place among the calls, from 0. */
  readonly position: number;
  readonly call: PolicyTestCall;
  readonly before: Said;
  readonly after: Said;
}

/**
 * Finds the calls that two policies decide differently: by action, not by the rule that says so.
 *
 * @param now - The moment at which calls are judged that name none.
 */
export function comparePolicies(
  before: Policy,
  after: Policy,
  calls: readonly PolicyTestCall[],
  now: Date,
): readonly Difference[] {
  return calls.flatMap((call, position): Difference[] => {
    const judged = { now, ...toPolicyCall(call) };
    const [one, other] = [said(before, judged), said(after, judged)];
    return one.action === other.action ? [] : [{ position, call, before: one, after: other }];
  });
}

function said(policy: Policy, call: Parameters<Policy['evaluate']>[0]): Said {
  const { action, ruleName: rule = '' } = policy.evaluate(call);
  return { action, rule };
}
