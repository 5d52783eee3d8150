import type { Elicit } from '../call/call-host.js';
import type { PolicyViolationError } from '../errors/policy-violation-error.js';
import type { ApprovalRecord } from './approval-request.js';

/**
 * What an approver is shown, and what a handler needs to ask.
 *
 * `arguments` are the exact arguments that would run, with findings redacted: by the tool's scanner or, where the tool is
 * not scanned or its scanner failed, by the built-in one.
 */
export interface ApprovalRequest extends Omit<ApprovalRecord, 'state' | 'useBy' | 'settledAt' | 'approver'> {
  /** Aborted when nobody waits for the answer any more: answered, too late, or the caller is gone. */
  readonly signal: AbortSignal;
  /** Asks the user of the calling client; undefined where that client cannot be asked. */
  readonly elicit: Elicit | undefined;
  /** Asks the inbox of the controlplane; undefined where the door is connected to none. */
  readonly inbox: AskInbox | undefined;
}

/** Asks people through the inbox of a controlplane, and waits for their answer. */
export type AskInbox = (request: ApprovalRequest) => Promise<ApprovalDecision>;

/** How long a yes is to hold. */
export const REMEMBER = ['session', 'always'] as const;

/** An approver's answer. */
export interface ApprovalDecision {
  readonly approved: boolean;
  /** Who answered; default ''. At most 256 characters, none of them a control character. */
  readonly approver?: string | undefined;
  /** The time to decide ran out; counts as no, whatever `approved` says. Default false. */
  readonly timedOut?: boolean | undefined;
  /** Seconds from the question to the answer; measured where absent. */
  readonly elapsedSeconds?: number | undefined;
  /**
   * `session`: the same principal may call the same tool of the same server, as long as this process lives and the same
   * rule asks. `always`: the policy file allows the tool from now on. Default: good for this one call.
   *
   * Heeded where a rule says `review`; a rule that blocks, is `final` or is `mandatory` asks every time.
   */
  readonly remember?: (typeof REMEMBER)[number] | undefined;
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
