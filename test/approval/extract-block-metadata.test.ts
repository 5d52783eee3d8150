import { expect, test } from '@jest/globals';
import { extractBlockMetadata } from '../../src/approval/extract-block-metadata.js';
import { PiiError, PolicyViolationError } from '../../src/errors/policy-violation-error.js';
import { REFUSAL } from './support.js';

test('reads what the policy said', () => {
  expect(extractBlockMetadata(REFUSAL)).toEqual({
    reason: 'File writes require approval',
    actionType: 'write_file',
    approvers: ['ops-team@company.com'],
    timeoutMinutes: 5,
  });
});

test('the policy’s own word for the operation goes before the tool', () => {
  const metadata = { workflow_type: 'deploy', approvers: ['kim', 7], timeout_minutes: 2 };
  const result = { ...REFUSAL.policyResult!, metadata, approvers: [], timeoutMinutes: undefined };
  expect(extractBlockMetadata(new PolicyViolationError('policy_blocked', 'no', result))).toEqual({
    reason: 'File writes require approval',
    actionType: 'deploy',
    approvers: ['kim'],
    timeoutMinutes: 2,
  });
});

test('without a policy result the text of the error is the reason', () => {
  expect(extractBlockMetadata(new PiiError('pii_input', 'The arguments hold ssn.', ['ssn']))).toEqual({
    reason: 'The arguments hold ssn.',
    actionType: 'unknown',
    approvers: [],
    timeoutMinutes: undefined,
  });
});
