import type { Action, Risk } from './action.js';
import type { ToolCall } from './tool-call.js';

/** What a decision asks for besides its action. */
export interface Obligations {
  /** Seconds to wait before the tool runs, for `throttle`; more than 30 counts as 30. */
  readonly throttleDelaySeconds?: number;
  /** Who may approve, for `review`: names as the approval handler knows them. Empty: anybody it asks. */
  readonly approvers?: readonly string[];
  /** Minutes an approver has to answer. */
  readonly timeoutMinutes?: number;
}

/** A decision point's answer about one call. */
export interface Decision {
  /** What is to happen. Any other word than the five known ones is refused. */
  readonly action: Action;
  /** Why, for people: it reaches the caller and the record, so it must hold no argument value. */
  readonly reason?: string;
  /** The rule that answered; `<default>` where none matched. */
  readonly ruleName?: string;
  /** The policy that holds the rule. */
  readonly policyId?: string;
  /** The revision of that policy. */
  readonly revision?: string;
  /** The risk of a call of this kind. */
  readonly risk?: Risk;
  /** The layer that answered, where policies are layered. */
  readonly layer?: string;
  /** Layers that said otherwise. */
  readonly conflicts?: readonly string[];
  /** What else is to be done. */
  readonly obligations?: Obligations;
  /** No handler may approve a block of this rule. */
  readonly final?: boolean;
  /** No tool's own `policyAction` may loosen this rule. */
  readonly mandatory?: boolean;
  /** Whatever the policy's author attached; handed to approval handlers. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * Anything that decides calls: local configuration, a policy, a controlplane.
 *
 * A throw, a rejection or an answer after `policyTimeoutMs` is a failure of governance and subject to `failOpen`.
 * An answer whose action is none of the known words is an intended refusal and is not.
 */
export interface DecisionPoint {
  /**
   * Decides one call. It gets the very arguments that would run.
   *
   * @param now - When it is judged, in milliseconds since 1970. Default: now.
   */
  decide(call: ToolCall, now?: number): Decision | Promise<Decision>;
}
