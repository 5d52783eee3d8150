import { describe, expect, test } from '@jest/globals';
import { createContext, runInContext } from 'node:vm';
import { GovernanceError } from '../../src/errors/governance-error.js';
import { GovernanceFailure } from '../../src/errors/governance-failure.js';
import {
  ApprovalDeniedError,
  ApprovalTimeoutError,
  CancelledError,
  isPolicyViolation,
  LimitError,
  PiiError,
  type PolicyResult,
  PolicyViolationError,
  RateLimitError,
} from '../../src/errors/policy-violation-error.js';

const RESULT: PolicyResult = {
  action: 'review',
  reason: 'deletes things',
  metadata: {},
  ruleName: 'deletes',
  policyId: 'org',
  revision: '7',
  risk: 'high',
  approvers: [],
  timeoutMinutes: undefined,
};

const ALL: [PolicyViolationError, string, string][] = [
  [new PolicyViolationError('policy_blocked', 'text', RESULT), 'PolicyViolationError', 'policy_blocked'],
  [new RateLimitError('text', 12), 'RateLimitError', 'rate_limited'],
  [new PiiError('pii_input', 'text', ['ssn']), 'PiiError', 'pii_input'],
  [new LimitError('result_too_large', 'text'), 'LimitError', 'result_too_large'],
  [new ApprovalDeniedError('text', RESULT), 'ApprovalDeniedError', 'approval_denied'],
  [new ApprovalTimeoutError('text', RESULT), 'ApprovalTimeoutError', 'approval_timeout'],
  [new CancelledError('text'), 'CancelledError', 'cancelled'],
];

describe.each(ALL)('%#', (error, name, code) => {
  test(`${name} has its name, its code and its text, and is an error like any other`, () => {
    expect(error).toMatchObject({ name, code, message: 'text' });
    expect(error).toBeInstanceOf(PolicyViolationError);
    expect(error).toBeInstanceOf(GovernanceError);
    expect(error.stack).toContain('text');
  });

  test(`${name} is a policy violation, and the mark of that is not written anywhere`, () => {
    expect(isPolicyViolation(error)).toBe(true);
    expect(Object.keys(error)).not.toContain('Symbol(mcp-governance.policy-violation)');
    expect(Object.getOwnPropertySymbols(Object.assign({}, error))).toEqual([]);
  });
});

test('carries what the policy said, or what a program needs to go on', () => {
  expect(ALL.map(([error]) => error.policyResult)).toEqual([
    RESULT,
    undefined,
    undefined,
    undefined,
    RESULT,
    RESULT,
    undefined,
  ]);
  expect(ALL[1]?.[0]).toHaveProperty('retryAfterSeconds', 12);
  expect(ALL[2]?.[0]).toHaveProperty('types', ['ssn']);
});

test('isPolicyViolation knows the violations of another realm, and nothing else', () => {
  const other: unknown = runInContext(
    `const error = new Error('blocked');
     Object.defineProperty(error, Symbol.for('mcp-governance.policy-violation'), { value: true });
     error`,
    createContext({}),
  );
  expect(other instanceof Error).toBe(false);
  expect(isPolicyViolation(other)).toBe(true);
  for (const no of [undefined, null, 'text', {}, new Error('x'), new GovernanceFailure('decide', new Error('x'))]) {
    expect(isPolicyViolation(no)).toBe(false);
  }
});
