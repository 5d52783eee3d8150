import type { ApprovalRequest, AskInbox } from '../approval/approval.js';
import { type ApprovalRecord, DEFAULT_USE_MS } from '../approval/approval-request.js';
import { bindingOf } from '../approval/binding.js';
import type { Clock } from '../call/clock.js';
import type { HostRequest } from '../call/host-request.js';
import type { JsonObject } from '../call/json.js';
import type { Principal } from '../call/tool-call.js';
import type { PolicyViolationError } from '../errors/policy-violation-error.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { ArgumentMask } from './argument-mask.js';
import { copyJson } from './measure.js';

/** Longer waits overflow Node's timers, which then fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** What a question is made with. */
export interface Questioning {
  /** How long somebody may take to decide where the rule does not say, in milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly createId: () => string;
  /** Copies arguments without what approvers may not see. */
  readonly maskArguments: ArgumentMask;
  /** Copies arguments with findings redacted, for calls that no scanner looked at. */
  readonly redact: (args: JsonObject) => JsonObject;
  /** Masks what is no name in the name of an approver, a caller or a server. */
  readonly maskName: (name: string) => string;
  /** Whether a request comes from this principal. */
  readonly isFrom: (principal: Principal, request: HostRequest) => boolean;
  /** Asks the inbox of the controlplane; undefined where there is none. */
  readonly inbox?: AskInbox | undefined;
}

/**
 * The question whether a call may run, as it is kept.
 *
 * @param fingerprint - Of the tool's definition as it is now.
 */
export function toRecord(
  run: CallRun,
  pending: PolicyViolationError,
  fingerprint: string,
  { clock, timeoutMs, createId, maskArguments, maskName, redact }: Questioning,
): ApprovalRecord {
  const { call, named, params } = run;
  const { agent, user, selfDeclared } = call.principal;
  const { policyResult: result } = pending;
  const requestedAt = clock.now();
  const minutes = result?.timeoutMinutes;
  const decideMs = minutes === undefined ? timeoutMs : Math.min(minutes * 60_000, MAX_TIMEOUT_MS);
  return Object.freeze({
    id: createId(),
    state: 'pending',
    binding: bindingOf(call, fingerprint),
    server: maskName(call.server),
    tool: named,
    // A copy: the handler must not be able to change what will run.
    arguments: maskArguments(params ?? redact(call.arguments)),
    principal: Object.freeze({ agent: maskName(agent), user: maskName(user), selfDeclared }),
    reason: result?.reason ?? pending.message,
    ruleName: result?.ruleName,
    policyId: result?.policyId,
    risk: result?.risk,
    approvers: result?.approvers ?? [],
    requestedAt,
    decideBy: requestedAt + decideMs,
    useForMs: DEFAULT_USE_MS,
    useBy: undefined,
    settledAt: undefined,
    approver: '',
  } satisfies ApprovalRecord);
}

/**
 * The same question, as a handler gets it.
 *
 * @param over - Aborted when nobody waits for the answer any more.
 */
export function toRequest(
  run: CallRun,
  record: ApprovalRecord,
  over: AbortSignal,
  { isFrom, inbox }: Pick<Questioning, 'isFrom' | 'inbox'>,
): ApprovalRequest {
  const { state: _state, useBy: _useBy, settledAt: _settledAt, approver: _approver, ...shown } = record;
  const { signal: caller, principal } = run.call;
  return {
    ...shown,
    arguments: copyJson(record.arguments),
    signal: caller === undefined ? over : AbortSignal.any([over, caller]),
    elicit: run.host.elicitor?.((request) => isFrom(principal, request)),
    inbox,
  };
}
