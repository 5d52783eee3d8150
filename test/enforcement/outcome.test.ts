import { expect, test } from '@jest/globals';
import { toOutcome } from '../../src/enforcement/outcome.js';
import { GovernanceFailure } from '../../src/errors/governance-failure.js';
import {
  ApprovalDeniedError,
  ApprovalTimeoutError,
  CancelledError,
  PolicyViolationError,
  RateLimitError,
} from '../../src/errors/policy-violation-error.js';
import type { CallRun } from '../../src/pipeline/call-run.js';
import { callRun } from '../pipeline/support.js';

const ended = (over: Partial<CallRun>, call = {}) => toOutcome(Object.assign(callRun(call), over));
const result = (value: unknown) => ({ returned: { kind: 'result' as const, value } });

test.each([
  ['a result', result('text'), 'success', 'allow', undefined],
  ['an error result', result({ isError: true }), 'tool_error', 'allow', 'tool_error'],
  ['a result that is not marked as an error', result({ isError: 'true' }), 'success', 'allow', undefined],
  ['a throw', { returned: { kind: 'error' as const, value: 1 } }, 'tool_error', 'allow', 'tool_error'],
  ['a warning', { ...result(1), decision: { action: 'warn' as const } }, 'success', 'warn', undefined],
  ['a throttle', { ...result(1), decision: { action: 'throttle' as const } }, 'success', 'throttle', undefined],
  [
    'an approval',
    { ...result(1), approval: { status: 'approved' as const, approver: '', elapsedMs: 0 } },
    'success',
    'approved_by_user',
    undefined,
  ],
  ['a block', { violation: new PolicyViolationError('policy_blocked', '') }, 'blocked', 'block', 'policy_blocked'],
  ['a limit', { violation: new RateLimitError('', 1) }, 'blocked', 'block', 'rate_limited'],
  ['a denial', { violation: new ApprovalDeniedError('', undefined) }, 'denied', 'denied_by_user', 'approval_denied'],
  ['silence', { violation: new ApprovalTimeoutError('', undefined) }, 'denied', 'review_timeout', 'approval_timeout'],
  ['a cancelled call', { violation: new CancelledError('') }, 'cancelled', 'block', 'cancelled'],
  ['a fault', { failure: new GovernanceFailure('decide', 1) }, 'blocked', 'block', 'governance_failure'],
])('%s', (_, over, status, policyDecision, error) => {
  expect(ended(over)).toEqual({ status, policyDecision, error });
});

test('a caller that left while the tool ran leaves a cancelled call that was allowed', () => {
  const signal = AbortSignal.abort();
  expect(ended(result(1), { signal })).toEqual({ status: 'cancelled', policyDecision: 'allow', error: 'cancelled' });
});
