import type { PolicyDecision, ResultStatus } from '../audit/audit-event.js';
import { isJsonObject } from '../call/json.js';
import { ApprovalDeniedError, ApprovalTimeoutError, CancelledError } from '../errors/policy-violation-error.js';
import type { CallRun } from '../pipeline/call-run.js';

/** How a call ended, in the words of the record. */
export interface Outcome {
  readonly status: ResultStatus;
  readonly policyDecision: PolicyDecision;
  /** `tool_error`, or the code of the refusal or failure; undefined for a success. */
  readonly error: string | undefined;
}

const SUCCESS: Outcome = Object.freeze({ status: 'success', policyDecision: 'allow', error: undefined });

/** Reads from a finished run how the call ended. */
export function toOutcome(run: CallRun): Outcome {
  const refusal = run.violation ?? run.failure;
  if (refusal !== undefined) {
    return { status: refusedStatus(refusal), policyDecision: refusedDecision(refusal), error: refusal.code };
  }
  const policyDecision = run.approval?.status === 'approved' ? 'approved_by_user' : passedDecision(run);
  const failed = run.returned?.kind === 'error' || isErrorResult(run.returned?.value);
  if (run.call.signal?.aborted) return { status: 'cancelled', policyDecision, error: 'cancelled' };
  if (policyDecision === 'allow' && !failed) return SUCCESS;
  return { status: failed ? 'tool_error' : 'success', policyDecision, error: failed ? 'tool_error' : undefined };
}

/** How a refused call ended. */
export function refusedStatus(refusal: Error): ResultStatus {
  if (refusal instanceof CancelledError) return 'cancelled';
  return refusal instanceof ApprovalDeniedError || refusal instanceof ApprovalTimeoutError ? 'denied' : 'blocked';
}

function refusedDecision(refusal: Error): PolicyDecision {
  if (refusal instanceof ApprovalDeniedError) return 'denied_by_user';
  return refusal instanceof ApprovalTimeoutError ? 'review_timeout' : 'block';
}

function passedDecision(run: CallRun): PolicyDecision {
  const action = run.decision?.action;
  return action === 'warn' || action === 'throttle' ? action : 'allow';
}

function isErrorResult(value: unknown): boolean {
  return isJsonObject(value) && value['isError'] === true;
}
