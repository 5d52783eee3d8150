import type { PolicyViolationError } from '../errors/policy-violation-error.js';

/** What an approver wants to know of a refusal, in one flat shape. */
export interface BlockMetadata {
  /** Why, in the policy's words; the error's text where no policy spoke. */
  readonly reason: string;
  /** The tool, or the policy's own word for the operation (`metadata.action_type` or `workflow_type`). */
  readonly actionType: string;
  /** Who may approve; empty: anybody. */
  readonly approvers: readonly string[];
  /** Minutes to decide; undefined where the policy sets none. */
  readonly timeoutMinutes: number | undefined;
}

/** Reads from a refusal what an approver wants to know; works without a policy result, too. */
export function extractBlockMetadata(error: PolicyViolationError): BlockMetadata {
  const result = error.policyResult;
  const metadata = result?.metadata ?? {};
  const said = metadata['approvers'];
  const listed = Array.isArray(said) ? said.filter((each) => typeof each === 'string') : [];
  const minutes = result?.timeoutMinutes ?? metadata['timeout_minutes'];
  return {
    reason: result === undefined || result.reason === '' ? error.message : result.reason,
    actionType: firstText(metadata['action_type'], metadata['workflow_type'], result?.tool) ?? 'unknown',
    approvers: result !== undefined && result.approvers.length > 0 ? result.approvers : listed,
    timeoutMinutes: typeof minutes === 'number' && minutes > 0 ? minutes : undefined,
  };
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === 'string' && value !== '') as string | undefined;
}
