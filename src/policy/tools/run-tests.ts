import type { Action } from '../../call/action.js';
import type { PolicyTest } from '../document.js';
import type { Policy } from '../policy.js';
import { toPolicyCall } from './to-policy-call.js';

/** What became of one test of a document. */
export interface TestOutcome {
  /** Its place in `tests`, from 0. */
  readonly position: number;
  readonly test: PolicyTest;
  /** What the policy decides. */
  readonly action: Action;
  /** The rule that decides. */
  readonly rule: string;
  readonly passed: boolean;
}

/** Runs the tests that a document brings along. */
export function runTests(policy: Policy): readonly TestOutcome[] {
  return (policy.document.tests ?? []).map((test, position) => {
    const { action, ruleName: rule = '' } = policy.evaluate(toPolicyCall(test.call));
    const passed = action === test.expect && (test.rule === undefined || test.rule === rule);
    return { position, test, action, rule, passed };
  });
}
