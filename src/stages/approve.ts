import type { ApprovalDecision, ApprovalHandler, ApprovalRequest } from '../approval/approval.js';
import type { ApprovalOutcome } from '../call/approval-outcome.js';
import type { Clock } from '../call/clock.js';
import { block, PASS, type Verdict } from '../call/verdict.js';
import { ApprovalDeniedError, ApprovalTimeoutError, PolicyViolationError } from '../errors/policy-violation-error.js';
import type { CallRun } from '../pipeline/call-run.js';
import { DeadlineError, withDeadline } from '../pipeline/deadline.js';
import type { Stage } from '../pipeline/stage.js';
import type { ArgumentMask } from './argument-mask.js';

/** Longer waits overflow Node's timers, which then fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** What asking for approval works with. */
export interface Approving {
  readonly handler: ApprovalHandler | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly createId: () => string;
  /** Copies arguments without what approvers may not see. */
  readonly maskArguments: ArgumentMask;
  /** Masks what is no name in the name of an approver. */
  readonly maskName: (name: string) => string;
  /** Told when a handler threw or answered with anything but a decision. */
  readonly onFaultyHandler: (fault: unknown, remedy?: string) => void;
}

/**
 * Makes the stage that asks a person about a call that is under review.
 *
 * Never open: a handler that throws, answers with anything but a decision, or does not answer in time has said no.
 */
export function createApprove(approving: Approving): Stage {
  return {
    name: 'approve',
    run(run) {
      const { pending } = run;
      if (pending === undefined) return PASS;
      if (approving.handler !== undefined) return ask(run, pending, approving.handler, approving);
      const text = `${pending.message} Nobody can be asked: set onPolicyBlock.`;
      return block(new PolicyViolationError(pending.code, text, pending.policyResult));
    },
  };
}

async function ask(
  run: CallRun,
  pending: PolicyViolationError,
  handler: ApprovalHandler,
  approving: Approving,
): Promise<Verdict> {
  // A call that waits for a person takes nothing from the budget of calls that run.
  run.budget?.giveBack();
  const started = approving.clock.elapsed();
  const outcome = await hear(run, pending, handler, approving);
  const elapsedMs = approving.clock.elapsed() - started;
  run.waitedMs += elapsedMs;
  // The caller is gone: nobody answered, and the loop says what became of the call.
  if (outcome === undefined) return PASS;
  run.approval = { ...outcome, elapsedMs: outcome.elapsedMs < 0 ? elapsedMs : outcome.elapsedMs };
  if (outcome.status === 'denied') {
    const by = outcome.approver === '' ? '' : ` by ${outcome.approver}`;
    return block(new ApprovalDeniedError(`${pending.message} Denied${by}.`, pending.policyResult));
  }
  if (outcome.status === 'timeout') {
    return block(new ApprovalTimeoutError(`${pending.message} Nobody approved in time.`, pending.policyResult));
  }
  run.pending = undefined;
  const exhausted = await run.budget?.takeAgain();
  return exhausted === undefined ? PASS : block(exhausted);
}

/**
 * Asks and listens until the deadline; undefined where the caller went away in between.
 *
 * An elapsed time of -1 says that the handler named none.
 */
async function hear(
  run: CallRun,
  pending: PolicyViolationError,
  handler: ApprovalHandler,
  approving: Approving,
): Promise<ApprovalOutcome | undefined> {
  const { policyResult } = pending;
  const minutes = policyResult?.timeoutMinutes;
  const timeoutMs = minutes === undefined ? approving.timeoutMs : Math.min(minutes * 60_000, MAX_TIMEOUT_MS);
  const over = new AbortController();
  try {
    const request = toRequest(run, pending, approving, timeoutMs, over.signal);
    const answer = Promise.resolve(handler(pending, request));
    return toOutcome(await withDeadline(answer, timeoutMs, approving.clock, run.call.signal), approving);
  } catch (fault) {
    if (fault instanceof DeadlineError) return { status: 'timeout', approver: '', elapsedMs: -1 };
    if (run.call.signal?.aborted === true) return undefined;
    approving.onFaultyHandler(fault);
    return { status: 'denied', approver: '', elapsedMs: -1 };
  } finally {
    over.abort();
  }
}

function toRequest(
  run: CallRun,
  pending: PolicyViolationError,
  approving: Approving,
  timeoutMs: number,
  signal: AbortSignal,
): ApprovalRequest {
  const { call } = run;
  return {
    id: approving.createId(),
    server: call.server,
    tool: call.tool,
    // A copy: the handler must not be able to change what will run.
    arguments: run.failedOpen.includes('scan-input') ? {} : approving.maskArguments(run.params ?? call.arguments),
    principal: call.principal,
    reason: pending.policyResult?.reason ?? pending.message,
    approvers: pending.policyResult?.approvers ?? [],
    decideBy: approving.clock.now() + timeoutMs,
    signal: call.signal === undefined ? signal : AbortSignal.any([signal, call.signal]),
  };
}

function toOutcome(decision: ApprovalDecision, approving: Approving): ApprovalOutcome {
  const isDecision = typeof decision === 'object' && decision !== null && typeof decision.approved === 'boolean';
  if (!isDecision) {
    approving.onFaultyHandler(new TypeError('not an ApprovalDecision'), 'it must answer { approved: true | false }');
    return { status: 'denied', approver: '', elapsedMs: -1 };
  }
  const { approver, elapsedSeconds } = decision;
  const elapsedMs = typeof elapsedSeconds === 'number' && elapsedSeconds >= 0 ? elapsedSeconds * 1000 : -1;
  const answered = { approver: typeof approver === 'string' ? approving.maskName(approver) : '', elapsedMs };
  const late: unknown = decision.timedOut;
  if (late !== undefined && late !== false) return { status: 'timeout', ...answered };
  return { status: decision.approved ? 'approved' : 'denied', ...answered };
}
