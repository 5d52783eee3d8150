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
import type { Policy } from '../policy/policy.js';
import type { PolicyHierarchy } from '../policy/policy-hierarchy.js';
import { strictestDecision } from '../policy/strictest-decision.js';
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
export function createDecide(given: Deciding): Stage {
  const deciding: Settled = { ...given, fallback: { action: given.defaultAction, ruleName: '<default>' } };
  return {
    name: 'decide',
    run(run) {
      const { policy, trusted, clock } = deciding;
      if (policy === undefined) return withoutPolicy(run, deciding);
      if (trusted && run.controlplane !== undefined) {
        // What the controlplane says is an answer: a local policy that has none of its own says nothing.
        return conclude(run, (policy as Policy | PolicyHierarchy).opinion(run.call, clock.now()), deciding);
      }
      // A copy: what decides must not be able to change what runs.
      const call = trusted ? run.call : withArguments(run.call, copyJson(run.call.arguments));
      const answer = policy.decide(call, clock.now());
      if (!isThenable(answer)) return conclude(run, answer ?? NO_ANSWER, deciding);
      const inTime = withDeadline(Promise.resolve(answer), deciding.timeoutMs, clock, run.call.signal);
      return inTime.then((each) => conclude(run, each ?? NO_ANSWER, deciding));
    },
    whenOpen(run) {
      return withoutPolicy(run, deciding);
    },
  };
}

/** The same, with the decision where nobody has an opinion. */
interface Settled extends Deciding {
  readonly fallback: Decision;
}

/** What a decision point says that says nothing at all: it is refused like any other answer that is no decision. */
const NO_ANSWER = Object.freeze({ action: 'none' as Action });

/** Settles a call that no local policy has a say in: by the controlplane, else by the default. */
function withoutPolicy(run: CallRun, deciding: Settled): Verdict {
  const verdict = conclude(run, undefined, deciding);
  // No policy decided: none is recorded, unless local settings ask for more than to let the call pass.
  const failed = run.failedOpen.length > 0 && run.controlplane === undefined;
  if (failed && isSkipped(run) && run.decision?.action === 'allow') run.decision = undefined;
  return verdict;
}

/** True where somebody who was to decide had no say, because they failed. */
function isSkipped({ failedOpen }: CallRun): boolean {
  return failedOpen.includes('decide') || failedOpen.includes('controlplane');
}

/** @param answer - Undefined where no local policy has an opinion. */
function conclude(run: CallRun, answer: Decision | undefined, deciding: Settled): Verdict {
  try {
    return judge(run, answer, deciding);
  } catch (fault) {
    throw new OwnFault(fault);
  }
}

function judge(run: CallRun, said: Decision | undefined, deciding: Settled): Verdict {
  if (said !== undefined && !isAction(said.action)) {
    deciding.onUnknownAction(deciding.policyId);
    const text = `${run.named}: the decision point answered with an action that is none of ${ACTIONS.join(', ')}.`;
    return block(new PolicyViolationError('unknown_action', text));
  }
  const answer = together(run.controlplane, said, deciding);
  const decision = settleAction(answer, deciding.config);
  run.decision = decision;
  const byPolicy = deciding.policy !== undefined || run.controlplane !== undefined;
  run.overridden = byPolicy && decision.action !== answer.action;
  if (decision.action === 'warn') deciding.onWarn(deciding.policyId, decision.reason ?? 'no reason given');
  if (decision.action === 'review') return { kind: 'review', violation: toViolation(run, decision, deciding) };
  if (decision.action !== 'block') return PASS;
  const violation = toViolation(run, decision, deciding);
  return deciding.approvable && decision.final !== true ? { kind: 'review', violation } : block(violation);
}

/** The strictest of what the controlplane and a local policy say; where neither says anything, the default. */
function together(central: Decision | undefined, said: Decision | undefined, deciding: Settled): Decision {
  const { mask, trusted, fallback } = deciding;
  const local = said && (trusted ? withReason(said, mask) : readDecision(said, mask));
  if (central === undefined) return local ?? fallback;
  const masked = withReason(central, mask);
  if (local === undefined) return masked;
  return strictestDecision({ layer: central.layer ?? 'controlplane', decision: masked }, [
    { layer: local.layer ?? 'local', decision: local },
  ]);
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
