import type { PolicyRule } from '../../policy/document.js';
import { parsePolicyId } from '../../policy/fleet/policy-id.js';
import { Policy } from '../../policy/policy.js';
import { PolicyDocumentError } from '../../policy/policy-document-error.js';
import type { WirePolicy } from '../../wire/policies.js';
import { Problem } from '../http/problem.js';

/** What of a policy decides. */
export type DecidingFields = Pick<
  WirePolicy,
  | 'id'
  | 'workflow_name'
  | 'action'
  | 'reason'
  | 'metadata'
  | 'conditions'
  | 'approvers'
  | 'mandatory'
  | 'final'
  | 'expires_at'
>;

/** The obligations that the reference writes into the metadata of a policy. */
const OBLIGATIONS = ['throttle_delay_seconds', 'timeout_minutes'] as const;

/**
 * Writes a policy as a rule of the policy language; its name is the policy's id.
 *
 * @throws Problem for a workflow name that is no policy id.
 */
export function toRule(policy: DecidingFields): PolicyRule {
  const { id, workflow_name, action, reason, metadata, conditions, approvers, mandatory, final, expires_at } = policy;
  const parts = parsePolicyId(workflow_name);
  if (parts === undefined) {
    throw new Problem('invalid_policy', 'workflow_name must be mcp:{server}:{tool} or mcp:{tool}, globs allowed.');
  }
  const obligations = OBLIGATIONS.filter((key) => metadata[key] !== undefined).map((key) => [key, metadata[key]]);
  return {
    name: id,
    match: { tool: parts.tool, ...(parts.server === '' ? {} : { server: parts.server }) },
    action,
    ...(reason === null || reason === '' ? {} : { reason }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(Object.keys(conditions).length === 0 ? {} : { conditions }),
    ...(approvers.length === 0 ? {} : { approvers }),
    ...(mandatory ? { mandatory } : {}),
    ...(final ? { final } : {}),
    ...(expires_at === null ? {} : { expires_at }),
    ...(Object.fromEntries(obligations) as Partial<PolicyRule>),
  };
}

/**
 * Compiles the rule of a policy by itself, so that a policy that cannot decide is never kept.
 *
 * @throws Problem with what is wrong.
 */
export function checkRule(policy: DecidingFields): void {
  try {
    Policy.from({ rules: [toRule(policy)] });
  } catch (fault) {
    if (!(fault instanceof PolicyDocumentError)) throw fault;
    const [first] = fault.problems;
    const place = (first?.path ?? '').replace(/^rules\[0\]\.?/, '');
    throw new Problem(
      'invalid_policy',
      `${place === '' ? 'The policy' : place}: ${first?.message ?? 'cannot be used'}.`,
    );
  }
}
