import type { ApprovalRequest } from '../../src/approval/approval.js';
import type { ApprovalRecord } from '../../src/approval/approval-request.js';
import { PolicyViolationError } from '../../src/errors/policy-violation-error.js';

/** A pending request about a call of `write_file`; what is given goes before. */
export function approvalRecord(over: Partial<ApprovalRecord> = {}): ApprovalRecord {
  return {
    id: 'request-1',
    state: 'pending',
    binding: 'b'.repeat(64),
    server: 'filesystem',
    tool: 'write_file',
    arguments: { path: '/tmp/x' },
    principal: { agent: 'agent-1', user: 'ann', selfDeclared: false },
    reason: 'File writes require approval',
    ruleName: 'writes',
    policyId: 'org',
    risk: undefined,
    approvers: [],
    requestedAt: 0,
    decideBy: 300_000,
    useForMs: 120_000,
    useBy: undefined,
    settledAt: undefined,
    approver: '',
    ...over,
  };
}

/** The same as handlers get it. */
export function approvalRequest(over: Partial<ApprovalRequest> = {}): ApprovalRequest {
  const { state: _state, useBy: _useBy, settledAt: _settledAt, approver: _approver, ...shown } = approvalRecord();
  return { ...shown, signal: new AbortController().signal, elicit: undefined, inbox: undefined, ...over };
}

/** The refusal that a handler is asked about. */
export const REFUSAL = new PolicyViolationError('policy_blocked', 'write_file: File writes require approval.', {
  action: 'block',
  tool: 'write_file',
  reason: 'File writes require approval',
  metadata: {},
  ruleName: 'writes',
  policyId: 'org',
  revision: undefined,
  risk: undefined,
  approvers: ['ops-team@company.com'],
  timeoutMinutes: 5,
});
