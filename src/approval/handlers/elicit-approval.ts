import type { PolicyViolationError } from '../../errors/policy-violation-error.js';
import type { ApprovalDecision, ApprovalRequest } from '../approval.js';
import { CannotAskError } from '../cannot-ask-error.js';
import { describeRequest } from '../describe-request.js';

/** One box to tick: MCP's elicitation knows flat forms only. */
const FORM = {
  type: 'object',
  properties: {
    approve: { type: 'boolean', title: 'Approve', description: 'May this call run, once, with these arguments?' },
  },
  required: ['approve'],
};

/**
 * Asks the user of the calling client, through MCP's elicitation; for server doors.
 *
 * The client puts the question before its user and brings the answer, so it is as good as that client is. Who answered
 * is not known; where a rule names approvers, the client's user is not asked, for it is on their account that the call
 * is made.
 *
 * @throws CannotAskError where the client declares no elicitation, or the rule names approvers.
 */
export async function elicitApproval(error: PolicyViolationError, request: ApprovalRequest): Promise<ApprovalDecision> {
  const { elicit, approvers, decideBy, signal } = request;
  if (elicit === undefined) throw new CannotAskError('the client cannot ask its user (it declares no elicitation)');
  if (approvers.length > 0) throw new CannotAskError('the rule names approvers, and the client asks only its own user');
  const message = describeRequest(error, request).join('\n');
  const { action, content } = await elicit({ message, requestedSchema: FORM, decideBy, signal });
  return { approved: action === 'accept' && content?.['approve'] === true };
}
