import type { PolicyDocument, PolicyRule } from '../document.js';
import { listOf } from './covers-names.js';
import type { LintFinding } from './lint-finding.js';

/** Finds a document that leaves open what no rule matches, and rules that match every call. */
export function lintDefaults({ defaults, tools, rules }: PolicyDocument): readonly LintFinding[] {
  const findings = rules.flatMap((rule, position) => (matchesEverything(rule) ? [everything(rule, position)] : []));
  if (defaults !== undefined || findings.length > 0 || tools?.['*']?.['*'] !== undefined) return findings;
  return [
    {
      code: 'missing-default',
      steps: [],
      message:
        'the policy does not say what becomes of a call that no rule matches: alone it is reviewed, and in a hierarchy other layers decide',
      fix: 'Write defaults: { action: review }, or another action.',
    },
  ];
}

function matchesEverything({ match, when, conditions, enabled, expires_at: expiry }: PolicyRule): boolean {
  if (enabled === false || when !== undefined || conditions !== undefined || expiry !== undefined) return false;
  return [match?.tool, match?.server, match?.agent, match?.user].every((each) => listOf(each).includes('*'));
}

function everything({ name, action, mandatory, final }: PolicyRule, position: number): LintFinding {
  const first = mandatory === true || final === true;
  return {
    code: 'match-everything',
    steps: ['rules', position],
    message: `the rule '${name ?? `rules[${position}]`}' (${action}) matches every call of every tool; no rule behind it is ever reached`,
    fix: first
      ? 'Say with match which tools it is about.'
      : `Say with match which tools it is about, or write defaults: { action: ${action} }.`,
  };
}
