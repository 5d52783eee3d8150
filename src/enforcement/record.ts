import { canonicalHash } from '../call/canonical-hash.js';
import type { CallRun } from '../pipeline/call-run.js';
import { RateLimitError } from '../errors/policy-violation-error.js';
import { typesOf } from '../stages/finding-actions.js';
import type { AttributeNames } from '../telemetry/attribute-names.js';
import type { CallSpan } from '../telemetry/call-telemetry.js';
import type { HostRequest } from '../call/host-request.js';
import { isoTime } from './iso-time.js';
import type { Outcome } from './outcome.js';
import type { Plan } from './plan.js';
import type { Recording } from './recording.js';

/** A finished call with everything its record is made from. */
export interface FinishedCall {
  readonly run: CallRun;
  readonly plan: Plan;
  readonly outcome: Outcome;
  /** Milliseconds from arrival to answer. */
  readonly durationMs: number;
  readonly request: HostRequest;
  /** True where the call was judged and was never to run. */
  readonly checked: boolean;
}

/**
 * Writes a finished call onto its span; what there is nothing to say of is left out.
 *
 * One by one, because an object of thirty computed names costs more than the span itself.
 */
export function describeCall(
  finished: FinishedCall,
  names: AttributeNames,
  recording: Recording,
  span: CallSpan,
): void {
  const { run, plan, outcome, request } = finished;
  const { decision } = run;
  const caller = recording.caller(run.call);
  // Nothing was called where a call was checked.
  if (!finished.checked) {
    span.set(names.method, 'tools/call');
    span.set(names.genAiOperation, 'execute_tool');
  }
  span.set(names.session, caller.sessionId);
  span.set(names.transport, request.transport);
  span.set(names.genAiTool, plan.named.tool);
  span.set(names.errorType, outcome.error);
  span.set(names.serverName, plan.named.server);
  span.set(names.toolName, plan.named.tool);
  span.set(names.policyId, plan.named.policyId);
  span.set(names.governanceChecked, decision !== undefined);
  span.set(names.governanceAction, decision?.action);
  span.set(names.policyReason, decision?.reason);
  span.set(names.governanceTimestamp, isoTime(run.arrivedAt));
  span.set(names.auditAgent, caller.agent);
  if (caller.user !== '') span.set(names.auditUser, caller.user);
  span.set(names.paramsHash, paramsHash(run, recording));
  span.set(names.policyRevision, decision?.revision);
  span.set(names.matchedRule, decision?.ruleName);
  describeExceptions(run, names, span);
  describeApproval(run, names, span);
  describeFindings(run, names, span);
}

/** Without a key, unless records keep less of arguments than anybody could try values against. */
function paramsHash(run: CallRun, recording: Recording): string | undefined {
  const params = recording.hashed(run);
  if (params === undefined) return undefined;
  return (recording.keyedOnly ? recording.hash(params) : canonicalHash(params)).slice(0, 16);
}

/** What is out of the ordinary: of most calls there is nothing to say. */
function describeExceptions(run: CallRun, names: AttributeNames, span: CallSpan): void {
  if (run.failedOpen.includes('decide') || run.failedOpen.includes('controlplane')) span.set(names.policySkipped, true);
  span.set(names.snapshotAgeMs, run.snapshotAgeMs);
  if (run.throttledMs > 0) span.set(names.throttleDelayMs, run.throttledMs);
  if (run.violation instanceof RateLimitError) span.set(names.rateLimited, true);
  if (run.failedOpen.length > 0) span.set(names.failedOpen, [...run.failedOpen]);
  if (run.definitionChanged) span.set(names.definitionChanged, true);
  if (run.overridden) span.set(names.policyOverridden, true);
}

function describeApproval({ approval, decision }: CallRun, names: AttributeNames, span: CallSpan): void {
  if (approval === undefined) {
    const refused = decision?.action === 'block' || decision?.action === 'review';
    if (refused) span.set(names.approvalStatus, 'not_required');
    return;
  }
  span.set(names.approvalStatus, approval.status);
  if (approval.approver !== '') span.set(names.approvalApprover, approval.approver);
  span.set(names.approvalElapsedMs, approval.elapsedMs);
}

function describeFindings(run: CallRun, names: AttributeNames, span: CallSpan): void {
  if (run.inputFindings.length + run.outputFindings.length === 0) return;
  span.set(names.piiInputTypes, [...typesOf(run.inputFindings)]);
  span.set(names.piiOutputTypes, [...typesOf(run.outputFindings)]);
  span.set(names.piiRedacted, run.redacted);
}
