import type { ApprovalHandler } from '../approval/approval.js';
import type { ApprovalRecord } from '../approval/approval-request.js';
import type { ApprovalStore } from '../approval/approval-store.js';
import { CannotAskError } from '../approval/cannot-ask-error.js';
import { mayApprove } from '../approval/may-approve.js';
import { type ReadDecision, readDecision } from '../approval/read-decision.js';
import type { HostRequest } from '../call/host-request.js';
import type { Principal } from '../call/tool-call.js';
import { block, PASS, type Verdict } from '../call/verdict.js';
import { ApprovalDeniedError, ApprovalTimeoutError, PolicyViolationError } from '../errors/policy-violation-error.js';
import type { CallRun } from '../pipeline/call-run.js';
import { DeadlineError, withDeadline } from '../pipeline/deadline.js';
import type { Stage } from '../pipeline/stage.js';
import { type Questioning, toRecord, toRequest } from './approval-question.js';
import type { RememberedAnswers } from './remembered-answers.js';
import { reportWaiting } from './report-waiting.js';

/** What asking for approval works with. */
export interface Approving extends Questioning {
  readonly handler: ApprovalHandler | undefined;
  readonly store: ApprovalStore;
  readonly remembered: RememberedAnswers;
  /** Whether a request comes from this principal. */
  readonly isFrom: (principal: Principal, request: HostRequest) => boolean;
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
      const { handler } = approving;
      return handler === undefined
        ? unavailable(pending, 'set onPolicyBlock')
        : ask(run, pending, { ...approving, handler });
    },
  };
}

/** The same, where somebody can be asked. */
interface Asking extends Approving {
  readonly handler: ApprovalHandler;
}

function unavailable(pending: PolicyViolationError, why: string): Verdict {
  const text = `${pending.message} Nobody can be asked: ${why}.`;
  return block(new PolicyViolationError(pending.code, text, pending.policyResult));
}

async function ask(run: CallRun, pending: PolicyViolationError, asking: Asking): Promise<Verdict> {
  // A call that waits for a person takes nothing from the budget of calls that run.
  run.budget?.giveBack();
  const { clock, store } = asking;
  const started = clock.elapsed();
  const fingerprint = await fingerprintOf(run, asking);
  const record = toRecord(run, pending, fingerprint, asking);
  await store.create(record);
  const heard = await hear(run, pending, record, fingerprint, asking);
  const elapsedMs = clock.elapsed() - started;
  run.waitedMs += elapsedMs;
  const settledAt = clock.now();
  if (heard === 'gone' || heard instanceof CannotAskError) {
    await store.transition(record.id, 'pending', 'withdrawn', { settledAt });
    // Where the caller is gone nobody answered, and the loop says what became of the call.
    return heard === 'gone' ? PASS : unavailable(pending, heard.message);
  }
  const { remember } = heard;
  const overruled = heard.status === 'approved' && !mayApprove(heard.approver, record, run.call.principal);
  const approver = asking.maskName(heard.approver);
  const status = overruled ? 'denied' : heard.status;
  run.approval = { status, approver, elapsedMs: heard.elapsedMs ?? elapsedMs };
  if (status === 'timeout') {
    await store.transition(record.id, 'pending', 'expired', { settledAt });
    return block(new ApprovalTimeoutError(`${pending.message} Nobody approved in time.`, pending.policyResult));
  }
  if (status === 'denied') {
    await store.transition(record.id, 'pending', 'denied', { settledAt, approver });
    return block(new ApprovalDeniedError(`${pending.message} ${denial(approver, overruled)}`, pending.policyResult));
  }
  const useBy = settledAt + record.useForMs;
  const { taken } = await store.transition(record.id, 'pending', 'approved', { settledAt, approver, useBy });
  if (!taken) throw new Error('an approval request was settled by somebody else');
  run.approvalId = record.id;
  run.atEnd(() => void lapse(record.id, asking));
  if (remember !== undefined) await asking.remembered.add({ run, record, fingerprint }, heard.approver, remember);
  const exhausted = await run.budget?.takeAgain();
  return exhausted === undefined ? PASS : block(exhausted);
}

function denial(approver: string, overruled: boolean): string {
  if (overruled) return `${approver} may not approve it.`;
  return approver === '' ? 'Denied.' : `Denied by ${approver}.`;
}

/** What was approved and did not run: nobody may use it later. */
async function lapse(id: string, { store, clock, onFaultyHandler }: Asking): Promise<void> {
  try {
    await store.transition(id, 'approved', 'lapsed', { settledAt: clock.now() });
  } catch (fault) {
    onFaultyHandler(fault);
  }
}

/** The definition of the tool as it is now; a host that does not tell in time is a failure, which is closed. */
export async function fingerprintOf(
  run: CallRun,
  { timeoutMs, clock }: Pick<Approving, 'timeoutMs' | 'clock'>,
): Promise<string> {
  const told = run.host.fingerprint?.() ?? '';
  return typeof told === 'string' ? told : withDeadline(told, timeoutMs, clock, run.call.signal);
}

/** Asks and listens until the deadline. A handler that has nobody to ask says so with a `CannotAskError`. */
async function hear(
  run: CallRun,
  pending: PolicyViolationError,
  record: ApprovalRecord,
  fingerprint: string,
  asking: Asking,
): Promise<ReadDecision | CannotAskError | 'gone'> {
  const { clock, remembered, handler } = asking;
  const caller = run.call.signal;
  const waiting = remembered.join({ run, record, fingerprint });
  if (waiting.known !== undefined) return approvedBy(waiting.known);
  const over = new AbortController();
  const stopReporting = reportWaiting(run, record, clock);
  try {
    const answer = Promise.resolve(handler(pending, toRequest(run, record, over.signal, asking)));
    const own = answer.then((each) => read(each, asking));
    const heard = waiting.approved === undefined ? own : Promise.race([own, waiting.approved.then(approvedBy)]);
    return await withDeadline(heard, record.decideBy - record.requestedAt, clock, caller);
  } catch (fault) {
    if (fault instanceof DeadlineError) return answerOf('timeout');
    if (caller?.aborted === true) return 'gone';
    if (fault instanceof CannotAskError) return fault;
    asking.onFaultyHandler(fault);
    return answerOf('denied');
  } finally {
    stopReporting();
    waiting.leave();
    over.abort();
  }
}

function read(answer: unknown, asking: Asking): ReadDecision {
  const decision = readDecision(answer);
  if (decision !== undefined) return decision;
  asking.onFaultyHandler(new TypeError('not an ApprovalDecision'), 'it must answer { approved: true | false }');
  return answerOf('denied');
}

function answerOf(status: ReadDecision['status'], approver = ''): ReadDecision {
  return { status, approver, elapsedMs: undefined, remember: undefined };
}

function approvedBy(approver: string): ReadDecision {
  return answerOf('approved', approver);
}
