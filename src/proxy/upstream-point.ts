import type { ApprovalHandler } from '../approval/approval.js';
import { CannotAskError } from '../approval/cannot-ask-error.js';
import { controlplaneApproval } from '../approval/handlers/controlplane-approval.js';
import { elicitApproval } from '../approval/handlers/elicit-approval.js';
import { EnforcementPoint, type GovernanceInternals } from '../enforcement/enforcement-point.js';
import type { Approve, UpstreamOptions } from './options.js';

const REVIEWERS: Readonly<Record<Approve, ApprovalHandler>> = {
  elicit: elicitApproval,
  inbox: controlplaneApproval,
  none: () => {
    throw new CannotAskError('the proxy was told that nobody decides');
  },
};

/** The inbox answers for a whole fleet, and nobody needs an account of the calling client to do so. */
const whoeverThereIs: ApprovalHandler = (error, request) =>
  (request.inbox === undefined ? elicitApproval : controlplaneApproval)(error, request);

/**
 * Makes what judges the calls of one server behind the proxy.
 *
 * @throws ConfigError where an option, an environment variable or the policy file cannot be right.
 */
export function createUpstreamPoint(
  { name, governance = {}, approve }: UpstreamOptions,
  internals: GovernanceInternals,
): EnforcementPoint {
  const serverName = name ?? governance.serverName;
  return new EnforcementPoint(
    { ...governance, ...(serverName !== undefined && { serverName }), blockMode: 'raise' },
    internals,
    {
      side: 'server',
      manyServers: false,
      namesServer: true,
      reviewer: approve === undefined ? whoeverThereIs : REVIEWERS[approve],
    },
  );
}
