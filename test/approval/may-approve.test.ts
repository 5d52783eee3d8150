import { expect, test } from '@jest/globals';
import { mayApprove } from '../../src/approval/may-approve.js';
import { approvalRecord } from './support.js';

test.each([
  ['kim', [], true],
  ['kim', ['kim', 'lee'], true],
  ['Kim', ['kim'], false],
  ['mallory', ['kim'], false],
  // Nobody knows who answered.
  ['', ['kim'], true],
  // The one who asks, whatever the rule says, and whoever looks like them.
  ['ann', ['ann'], false],
  ['ann', [], false],
  [' ANN', [], false],
  ['ａｎｎ', [], false],
  ['agent-1', [], false],
])('%j of %j: %s', (approver, approvers, may) => {
  expect(mayApprove(approver, approvalRecord({ approvers }), { agent: 'agent-1', user: 'ann' })).toBe(may);
});

test('a requester without a name stands in nobody’s way', () => {
  expect(mayApprove('kim', approvalRecord(), { agent: '', user: '' })).toBe(true);
});
