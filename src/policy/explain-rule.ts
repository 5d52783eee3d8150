import type { CompiledRule, NamePatterns } from './compiled-rule.js';
import { appliesTo, matchesTool } from './compiled-rule.js';
import type { ExplanationStep, Phase } from './explanation.js';
import type { Subject } from './subject.js';

/** Says whether a rule matches a call, and why not; names of the call may be said, values of its arguments not. */
export function explainRule(rule: CompiledRule, phase: Phase, subject: Subject): ExplanationStep {
  const matched = matchesTool(rule, subject.tool, subject.server) && appliesTo(rule, subject);
  const reasons = [
    ...nameReason('tool', rule.tool, subject.tool),
    ...nameReason('server', rule.server, subject.server),
    ...nameReason('agent', rule.agent, subject.agent),
    ...nameReason('user', rule.user, subject.user),
  ];
  if (rule.expiresAt <= subject.now) reasons.push(`expires_at: the rule expired at ${String(rule.rule.expires_at)}`);
  if (reasons.length === 0 && rule.condition !== undefined) {
    // A rule can match with reasons: what cannot be evaluated counts against the call.
    reasons.push(...rule.condition.explain(subject));
  }
  return { phase, rule: rule.name, matched, reasons };
}

function nameReason(what: string, names: NamePatterns | undefined, name: string): string[] {
  if (names === undefined || names.matches(name)) return [];
  const patterns = names.patterns.map((pattern) => JSON.stringify(pattern)).join(', ');
  return [`match.${what} ${patterns} is not ${name === '' ? '(unknown)' : name}`];
}
