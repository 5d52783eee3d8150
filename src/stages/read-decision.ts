import { type Risk, RISKS } from '../call/action.js';
import type { Decision, Obligations } from '../call/decision.js';
import { isJsonObject } from '../call/json.js';

/**
 * Reads a decision point's answer field by field and leaves out what is not of its type.
 *
 * Answers come over networks and from other people's code; what is not a text must not be written into one. The action
 * has been checked before.
 *
 * @param mask - Masks each text that reaches records: a decision point may quote what it was asked about.
 */
export function readDecision(answer: Decision, mask: (text: string) => string): Decision {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? mask(value) : undefined);
  const { action, final, mandatory, risk, conflicts, metadata, obligations } = answer;
  return {
    action,
    reason: text(answer.reason),
    ruleName: text(answer.ruleName),
    policyId: text(answer.policyId),
    revision: text(answer.revision),
    layer: text(answer.layer),
    risk: RISKS.includes(risk as Risk) ? risk : undefined,
    conflicts: texts(conflicts)?.map(mask),
    obligations: isJsonObject(obligations) ? readObligations(obligations) : undefined,
    final: final === true,
    mandatory: mandatory === true,
    metadata: isJsonObject(metadata) ? metadata : undefined,
  };
}

function readObligations(obligations: Obligations): Obligations {
  const { throttleDelaySeconds: delay, timeoutMinutes: minutes, approvers } = obligations;
  return {
    throttleDelaySeconds: isAmount(delay) ? delay : undefined,
    timeoutMinutes: isAmount(minutes) ? minutes : undefined,
    approvers: texts(approvers),
  };
}

function texts(values: unknown): readonly string[] | undefined {
  return Array.isArray(values) ? values.filter((each): each is string => typeof each === 'string') : undefined;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
