import type { PolicyInput, WirePolicy } from '../../wire/policies.js';
import type { Tables } from '../store/tables.js';

/** A policy as it is kept: what its status is depends on when somebody looks. */
export type StoredPolicy = Omit<WirePolicy, 'status'>;

/** What people write of a policy. */
export type PolicyFields = Omit<
  StoredPolicy,
  'id' | 'revision' | 'created_at' | 'created_by' | 'updated_at' | 'updated_by'
>;

/** Everything that a policy says, with defaults where nothing was written. */
export function complete(input: PolicyInput): PolicyFields {
  return {
    workflow_name: input.workflow_name,
    action: input.action,
    reason: input.reason ?? null,
    category: input.category ?? null,
    metadata: input.metadata ?? {},
    conditions: input.conditions ?? {},
    approvers: input.approvers ?? [],
    mandatory: input.mandatory ?? false,
    final: input.final ?? false,
    enabled: input.enabled ?? true,
    expires_at: input.expires_at ?? null,
  };
}

/** A policy as a row. */
export function toRow(policy: StoredPolicy): Omit<Tables['policies'], 'deleted'> {
  const { id, revision, workflow_name, action, category, enabled } = policy;
  return { id, revision, workflow_name, action, category, enabled: enabled ? 1 : 0, state: JSON.stringify(policy) };
}
