import type { JsonObject } from '../call/json.js';
import type { Principal } from '../call/tool-call.js';
import type { PolicyViolationError } from '../errors/policy-violation-error.js';

/** What an approver is shown. */
export interface ApprovalRequest {
  readonly id: string;
  readonly server: string;
  readonly tool: string;
  /**
   * The exact arguments that would run, with findings redacted where the tool is scanned (`piiScan`); empty where the
   * scanner failed.
   */
  readonly arguments: JsonObject;
  /** Who asks. */
  readonly principal: Principal;
  readonly reason: string;
  /** Who may approve; empty: anybody. */
  readonly approvers: readonly string[];
  /** When the request runs out, in milliseconds since 1970. */
  readonly decideBy: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** An approver's answer. */
export interface ApprovalDecision {
  readonly approved: boolean;
  /** Who answered; default ''. */
  readonly approver?: string;
  /** The time to decide ran out; counts as no, whatever `approved` says. Default false. */
  readonly timedOut?: boolean;
  /** Seconds from the question to the answer; measured where absent. */
  readonly elapsedSeconds?: number | undefined;
}

/**
 * Asks whoever decides about a call that a policy reviews or blocks.
 *
 * Anything but an `ApprovalDecision` with `approved: true`, a throw included, is a denial.
 */
export type ApprovalHandler = (
  error: PolicyViolationError,
  request: ApprovalRequest,
) => ApprovalDecision | Promise<ApprovalDecision>;
