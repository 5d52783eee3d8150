import { expect, test } from '@jest/globals';
import { REFUSAL_META, toErrorResult } from '../../src/enforcement/refusal-result.js';
import { GovernanceFailure } from '../../src/errors/governance-failure.js';
import { PolicyViolationError, RateLimitError } from '../../src/errors/policy-violation-error.js';

test('a refusal is an MCP error result: a text for people, a code for programs', () => {
  expect(toErrorResult(new PolicyViolationError('policy_blocked', 'search: not permitted.'))).toEqual({
    content: [{ type: 'text', text: 'Tool call blocked by policy: search: not permitted.' }],
    isError: true,
    _meta: { [REFUSAL_META]: { code: 'policy_blocked' } },
  });
});

test('a rate limit says when to come back', () => {
  expect(toErrorResult(new RateLimitError('used up', 12))['_meta']).toEqual({
    [REFUSAL_META]: { code: 'rate_limited', retryAfterSeconds: 12 },
  });
});

test('a fault of our own tells nothing of what was thrown', () => {
  const result = toErrorResult(new GovernanceFailure('scan-input', new Error('123-45-6789')));
  expect(JSON.stringify(result)).toContain('governance_failure');
  expect(JSON.stringify(result)).not.toContain('123-45');
});
