import type { Risk } from '../call/action.js';
import type { Decision, Obligations } from '../call/decision.js';
import type { PolicyDefaults, PolicyRule } from './document.js';

/** What every decision of a policy cites. */
export interface DecisionSource {
  readonly policyId: string | undefined;
  readonly revision: string;
  /** The risk where a rule says none: that of the defaults. */
  readonly risk?: Risk | undefined;
}

/** Makes the decision of a rule, an entry of the table, or the defaults; frozen, since many calls share it. */
export function toDecision(
  rule: PolicyRule | PolicyDefaults,
  ruleName: string,
  source: DecisionSource,
  mandatory = false,
  final = false,
): Decision {
  const { policyId, revision } = source;
  const { risk = source.risk } = rule;
  const { metadata } = rule as PolicyRule;
  const obligations = obligationsOf(rule);
  return Object.freeze({
    action: rule.action,
    ...(rule.reason === undefined ? {} : { reason: rule.reason }),
    ruleName,
    ...(policyId === undefined ? {} : { policyId }),
    revision,
    ...(risk === undefined ? {} : { risk }),
    ...(obligations === undefined ? {} : { obligations }),
    final,
    mandatory,
    ...(metadata === undefined ? {} : { metadata }),
  });
}

/** The decision where local documents are loaded and none has an opinion: a person decides. */
export function noOpinion({ policyId, revision }: DecisionSource): Decision {
  const reason = 'No rule matches this call, and the policy has no defaults';
  return toDecision({ action: 'review', reason }, '<default>', { policyId, revision });
}

function obligationsOf(rule: Partial<PolicyRule>): Obligations | undefined {
  const { throttle_delay_seconds: delay, approvers, timeout_minutes: minutes } = rule;
  if (delay === undefined && approvers === undefined && minutes === undefined) return undefined;
  return Object.freeze({
    ...(delay === undefined ? {} : { throttleDelaySeconds: delay }),
    ...(approvers === undefined ? {} : { approvers }),
    ...(minutes === undefined ? {} : { timeoutMinutes: minutes }),
  });
}
