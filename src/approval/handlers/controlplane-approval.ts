import type { PolicyViolationError } from '../../errors/policy-violation-error.js';
import type { ApprovalDecision, ApprovalRequest } from '../approval.js';
import { CannotAskError } from '../cannot-ask-error.js';

/**
 * Asks the inbox of the controlplane that the door is connected to.
 *
 * A connected door does so by itself where a rule says `review` and nobody else is set to be asked. Set as `onPolicyBlock`,
 * the inbox is asked about blocks too.
 *
 * @throws CannotAskError where the door is not connected, or the controlplane does not take the question.
 */
export async function controlplaneApproval(
  _error: PolicyViolationError,
  request: ApprovalRequest,
): Promise<ApprovalDecision> {
  if (request.inbox === undefined) throw new CannotAskError('this door is connected to no controlplane');
  return request.inbox(request);
}
