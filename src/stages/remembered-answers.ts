import type { ApprovalRecord } from '../approval/approval-request.js';
import type { ApprovalDecision } from '../approval/approval.js';
import { mayApprove } from '../approval/may-approve.js';
import { type Question, RememberedApprovals } from '../approval/remembered-approvals.js';
import { WaitingRequests } from '../approval/waiting-requests.js';
import type { DecisionPoint } from '../call/decision.js';
import type { ToolCall } from '../call/tool-call.js';
import { isThenable } from '../call/is-thenable.js';
import type { CallRun } from '../pipeline/call-run.js';

/** A call that waits for a person, with what was asked about it. */
export interface WaitingCall {
  readonly run: CallRun;
  readonly record: ApprovalRecord;
  readonly fingerprint: string;
}

/** What remembering works with. */
export interface Remembering {
  /**
   * Writes into the policy file that this call's tool is allowed from now on; the policy as it is then.
   *
   * @throws Error saying why not, where that is not possible or would not have the tool allowed.
   */
  readonly allowAlways: (call: ToolCall) => Promise<DecisionPoint>;
  readonly now: () => number;
  /** Told of a yes that counts once although it was meant for longer, and why. */
  readonly onCountsOnce: (tool: string, why: string) => void;
}

/** Waits for a yes that was, or is being, given to more than one call. */
export interface Joined {
  /** Who said yes to this question before; undefined where nobody did. */
  readonly known: string | undefined;
  /** Undefined where this call alone is asked about. */
  readonly approved: Promise<string> | undefined;
  readonly leave: () => void;
}

const PASSING: readonly string[] = ['allow', 'warn', 'throttle'];

const ALONE = { approved: undefined, leave: () => undefined };

/** The answers of one enforcement point that hold for more than the call they were given for. */
export class RememberedAnswers {
  readonly #remembering: Remembering;
  readonly #approvals = new RememberedApprovals();
  readonly #waiting = new WaitingRequests<WaitingCall>();

  constructor(remembering: Remembering) {
    this.#remembering = remembering;
  }

  /** Joins those that wait, unless the question is answered already. */
  join(waiting: WaitingCall): Joined {
    if (!mayBeRemembered(waiting.run)) return { known: undefined, ...ALONE };
    const known = this.#approvals.find(questionOf(waiting));
    if (known !== undefined && mayApprove(known, waiting.record, waiting.run.call.principal)) {
      return { known, ...ALONE };
    }
    // Its client brings its own answer, with the request that the call is answered by.
    if (waiting.run.host.asksByResult === true) return { known: undefined, ...ALONE };
    return { known: undefined, ...this.#waiting.join(waiting) };
  }

  /**
   * Remembers a yes, and gives it to all that wait with the same question.
   *
   * @param approver - As the handler named them: by a masked name nobody would know the one who asks.
   */
  async add(said: WaitingCall, approver: string, remember: NonNullable<ApprovalDecision['remember']>): Promise<void> {
    const { named: tool } = said.run;
    const { allowAlways, onCountsOnce } = this.#remembering;
    if (!mayBeRemembered(said.run)) {
      onCountsOnce(
        tool,
        'only a review that is neither final nor mandatory, of a caller who is known again, can be answered for longer',
      );
      return;
    }
    if (remember === 'session') {
      const question = questionOf(said);
      this.#approvals.add(question, approver);
      this.#approve(approver, (other) => this.#approvals.find(questionOf(other)) !== undefined);
      return;
    }
    if (isLocal(said.run.decision?.ruleName)) {
      onCountsOnce(tool, 'toolConfigs or the tool itself asks for it, which no policy file changes');
      return;
    }
    if (asksItself(said.run)) {
      onCountsOnce(tool, 'the controlplane asks for it: say so in its inbox');
      return;
    }
    try {
      const policy = await allowAlways(said.run.call);
      this.#approve(approver, ({ run }) => isSameTool(run.call, said.run.call) && this.#allows(policy, run));
    } catch (fault) {
      onCountsOnce(tool, fault instanceof Error ? fault.message : 'the policy could not be written');
    }
  }

  #approve(approver: string, settles: (other: WaitingCall) => boolean): void {
    this.#waiting.approve(
      approver,
      (other) => mayApprove(approver, other.record, other.run.call.principal) && settles(other),
    );
  }

  /** Only what the policy itself decides is settled by a change of the policy. */
  #allows(policy: DecisionPoint, run: CallRun): boolean {
    const { call, decision } = run;
    if (isLocal(decision?.ruleName) || asksItself(run)) return false;
    const now = policy.decide(call, this.#remembering.now());
    return !isThenable(now) && now.action === 'allow';
  }
}

/** Never over a block, and never for a rule that is to be asked every time. */
function mayBeRemembered({ decision, call, transport }: CallRun): boolean {
  // Over the network without a session, a name that nobody vouches for is anybody's. A client is its own only caller.
  if (call.principal.selfDeclared && call.sessionId === undefined && transport === 'tcp' && call.door !== 'client') {
    return false;
  }
  return decision?.action === 'review' && decision.final !== true && decision.mandatory !== true;
}

/** True where the controlplane wants more than to let the call pass, which no local policy loosens. */
function asksItself({ controlplane }: CallRun): boolean {
  return controlplane !== undefined && !PASSING.includes(controlplane.action);
}

/** True for what operator and author said themselves, which no policy loosens. */
function isLocal(ruleName: string | undefined): boolean {
  return ruleName === '<toolConfigs>' || ruleName === '<governance>' || ruleName === '<approvalRequired>';
}

function questionOf({ run, fingerprint }: WaitingCall): Question {
  const { policyId, ruleName } = run.decision ?? {};
  return { call: run.call, fingerprint, policyId, ruleName };
}

function isSameTool(one: ToolCall, other: ToolCall): boolean {
  return one.server === other.server && one.tool === other.tool;
}
