import { hash } from 'node:crypto';
import type { Attributes } from '@opentelemetry/api';
import { canonicalJson } from '../call/canonical-json.js';
import type { CallRun } from '../pipeline/call-run.js';
import { RateLimitError } from '../errors/policy-violation-error.js';
import { typesOf } from '../stages/finding-actions.js';
import type { AttributeNames } from '../telemetry/attribute-names.js';
import type { HostRequest } from '../call/host-request.js';
import { isoTime } from './iso-time.js';
import type { Outcome } from './outcome.js';
import type { Plan } from './plan.js';

/** When a call arrived and how long it took, in milliseconds. */
export interface Timing {
  readonly arrivedAt: number;
  readonly durationMs: number;
}

/** A finished call with everything its record is made from. */
export interface FinishedCall {
  readonly run: CallRun;
  readonly plan: Plan;
  readonly outcome: Outcome;
  readonly timing: Timing;
  readonly request: HostRequest;
}

/** Writes the attributes of the span of a finished call. */
export function toAttributes(finished: FinishedCall, names: AttributeNames): Attributes {
  const { run, plan, outcome, timing, request } = finished;
  const { call, decision } = run;
  return {
    [names.method]: 'tools/call',
    [names.session]: call.sessionId,
    [names.transport]: request.transport,
    [names.genAiTool]: call.tool,
    [names.genAiOperation]: 'execute_tool',
    [names.errorType]: outcome.error,
    [names.serverName]: call.server,
    [names.toolName]: call.tool,
    [names.policyId]: plan.policyId,
    [names.governanceChecked]: decision !== undefined,
    [names.governanceAction]: decision?.action,
    [names.policyReason]: decision?.reason,
    [names.governanceTimestamp]: isoTime(timing.arrivedAt),
    [names.auditAgent]: call.principal.agent,
    [names.auditUser]: call.principal.user,
    [names.paramsHash]: run.params && hash('sha256', canonicalJson(run.params)).slice(0, 16),
    [names.policySkipped]: run.failedOpen.includes('decide') ? true : undefined,
    [names.throttleDelayMs]: run.throttledMs === 0 ? undefined : run.throttledMs,
    ...approvalAttributes(run, names),
    ...scanAttributes(run, names),
    [names.rateLimited]: run.violation instanceof RateLimitError ? true : undefined,
    [names.policyRevision]: decision?.revision,
    [names.matchedRule]: decision?.ruleName,
    [names.failedOpen]: run.failedOpen.length === 0 ? undefined : [...run.failedOpen],
    [names.policyOverridden]: run.overridden ? true : undefined,
  };
}

function approvalAttributes({ approval, decision }: CallRun, names: AttributeNames): Attributes {
  if (approval === undefined) {
    const refused = decision?.action === 'block' || decision?.action === 'review';
    return refused ? { [names.approvalStatus]: 'not_required' } : {};
  }
  return {
    [names.approvalStatus]: approval.status,
    [names.approvalApprover]: approval.approver === '' ? undefined : approval.approver,
    [names.approvalElapsedMs]: approval.elapsedMs,
  };
}

function scanAttributes(run: CallRun, names: AttributeNames): Attributes {
  if (run.inputFindings.length + run.outputFindings.length === 0) return {};
  return {
    [names.piiInputTypes]: [...typesOf(run.inputFindings)],
    [names.piiOutputTypes]: [...typesOf(run.outputFindings)],
    [names.piiRedacted]: run.redacted,
  };
}
