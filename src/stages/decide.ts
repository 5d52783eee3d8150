import { type Action, ACTIONS, isAction, stricterAction } from '../call/action.js';
import type { Clock } from '../call/clock.js';
import type { Decision, DecisionPoint } from '../call/decision.js';
import { isThenable } from '../call/is-thenable.js';
import { withArguments } from '../call/tool-call.js';
import { block, PASS, type Verdict } from '../call/verdict.js';
import type { ResolvedToolConfig } from '../config/tool-config.js';
import { type PolicyResult, PolicyViolationError } from '../errors/policy-violation-error.js';
import type { CallRun } from '../pipeline/call-run.js';
import { withDeadline } from '../pipeline/deadline.js';
import { OwnFault } from '../pipeline/own-fault.js';
import type { Stage } from '../pipeline/stage.js';
import { copyJson } from './measure.js';
import { readDecision } from './read-decision.js';

/** What deciding works with. */
export interface Deciding {
  /** Undefined: `defaultAction` is the answer to everything. */
  readonly policy: DecisionPoint | undefined;
  /** True for a policy of this package: it changes no arguments, and its decisions hold what their types say. */
  readonly trusted: boolean;
  readonly defaultAction: Action;
  readonly config: ResolvedToolConfig;
  /** `mcp:{server}:{tool}`. */
  readonly policyId: string;
  /** Whether somebody is there who may approve a block. */
  readonly approvable: boolean;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Masks what a reason quotes of a call. */
  readonly mask: (text: string) => string;
  /** Told of decisions to warn. */
  readonly onWarn: (policyId: string, reason: string) => void;
  /** Told of answers that are no decision. */
  readonly onUnknownAction: (policyId: string) => void;
}

/**
 * Makes the stage that asks the decision point and settles its answer with what the operator and the author said.
 *
 * Where the decision point fails and governance is open, only its say is missing: operator, author and the default
 * still decide.
 */
export function createDecide(deciding: Deciding): Stage {
  const fallback: Decision = { action: deciding.defaultAction, ruleName: '<default>' };
  return {
    name: 'decide',
    run(run) {
      const { policy, trusted, clock } = deciding;
      if (policy === undefined) return conclude(run, fallback, deciding);
      // A copy: what decides must not be able to change what runs.
      const call = trusted ? run.call : withArguments(run.call, copyJson(run.call.arguments));
      const answer = policy.decide(call, clock.now());
      if (!isThenable(answer)) return conclude(run, answer, deciding);
      const inTime = withDeadline(Promise.resolve(answer), deciding.timeoutMs, clock, run.call.signal);
      return inTime.then((each) => conclude(run, each, deciding));
    },
    whenOpen(run) {
      const verdict = conclude(run, fallback, deciding);
      // No policy decided: none is recorded, unless local settings ask for more than to let the call pass.
      if (run.decision?.action === 'allow') run.decision = undefined;
      return verdict;
    },
  };
}

function conclude(run: CallRun, answer: Decision, deciding: Deciding): Verdict {
  try {
    return judge(run, answer, deciding);
  } catch (fault) {
    throw new OwnFault(fault);
  }
}

function judge(run: CallRun, said: Decision, deciding: Deciding): Verdict {
  if (!isAction(said?.action)) {
    deciding.onUnknownAction(deciding.policyId);
    const text = `${run.named}: the decision point answered with an action that is none of ${ACTIONS.join(', ')}.`;
    return block(new PolicyViolationError('unknown_action', text));
  }
  const trusted = deciding.policy === undefined || deciding.trusted;
  const answer = trusted ? withReason(said, deciding.mask) : readDecision(said, deciding.mask);
  const decision = settleAction(answer, deciding.config);
  run.decision = decision;
  run.overridden = deciding.policy !== undefined && decision.action !== answer.action;
  if (decision.action === 'warn') deciding.onWarn(deciding.policyId, decision.reason ?? 'no reason given');
  if (decision.action === 'review') return { kind: 'review', violation: toViolation(run, decision, deciding) };
  if (decision.action !== 'block') return PASS;
  const violation = toViolation(run, decision, deciding);
  return deciding.approvable && decision.final !== true ? { kind: 'review', violation } : block(violation);
}

/** The rest of what a policy of this package says stands in its document. */
function withReason(decision: Decision, mask: (text: string) => string): Decision {
  const reason = decision.reason && mask(decision.reason);
  return reason === decision.reason ? decision : { ...decision, reason };
}

/** The operator's word goes before the answer unless its rule is mandatory; the author's can only tighten. */
function settleAction(answer: Decision, config: ResolvedToolConfig): Decision {
  const { operatorAction, authorAction, approvalRequired } = config;
  let settled = answer;
  if (operatorAction !== undefined && (answer.mandatory !== true || isStricter(operatorAction, answer.action))) {
    settled = changed(settled, operatorAction, '<toolConfigs>', `toolConfigs sets ${operatorAction}`);
  }
  if (authorAction !== undefined && isStricter(authorAction, settled.action)) {
    settled = changed(settled, authorAction, '<governance>', `the tool asks for ${authorAction}`);
  }
  if (approvalRequired && isStricter('review', settled.action)) {
    settled = changed(settled, 'review', '<approvalRequired>', 'a person has to approve it');
  }
  return settled;
}

function isStricter(action: Action, than: Action): boolean {
  return action !== than && stricterAction(action, than) === action;
}

function changed(decision: Decision, action: Action, ruleName: string, reason: string): Decision {
  return decision.action === action ? decision : { ...decision, action, ruleName, reason };
}

function toViolation(run: CallRun, decision: Decision, deciding: Deciding): PolicyViolationError {
  const rule = decision.ruleName === undefined ? '' : ` (rule ${decision.ruleName})`;
  const reason = decision.reason ?? (decision.action === 'review' ? 'a person has to approve it' : 'not permitted');
  const result: PolicyResult = {
    action: decision.action,
    tool: run.named,
    reason,
    metadata: decision.metadata ?? {},
    ruleName: decision.ruleName,
    policyId: decision.policyId ?? deciding.policyId,
    revision: decision.revision,
    risk: decision.risk,
    approvers: decision.obligations?.approvers ?? [],
    timeoutMinutes: decision.obligations?.timeoutMinutes,
  };
  const code = decision.action === 'review' ? 'approval_unavailable' : 'policy_blocked';
  return new PolicyViolationError(code, `${run.named}: ${reason}${rule}.`, result);
}
