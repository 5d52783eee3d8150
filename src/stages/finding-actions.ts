import { type Direction, type Finding, FINDING_ACTIONS, type FindingAction } from '../call/finding.js';
import type { PiiScan } from '../config/options.js';
import type { ResolvedToolConfig } from '../config/tool-config.js';

/** Tells what is done about a finding. */
export type FindingPolicy = (finding: Finding) => FindingAction;

/**
 * Settles what is done about findings of one tool in one direction.
 *
 * By mode: `standard` warns of findings in arguments and redacts them in results; `strict` blocks them in arguments.
 * Hostile text (category `text`) is only warned of. `piiActions` goes before the mode. What the operator alone and the
 * author alone would have done are floors: neither can loosen the other.
 */
export function createFindingPolicy(config: ResolvedToolConfig, direction: Direction): FindingPolicy {
  const { piiScan, piiActions, piiFloors } = config;
  return (finding) => {
    let action = piiActions.get(finding.type) ?? byMode(piiScan, direction, finding);
    for (const floor of piiFloors) {
      const asked = floor.piiActions.get(finding.type) ?? (floor.piiScan && byMode(floor.piiScan, direction, finding));
      if (asked !== undefined && rank(asked) > rank(action)) action = asked;
    }
    return action;
  };
}

function byMode(piiScan: PiiScan, direction: Direction, { category }: Finding): FindingAction {
  if (piiScan === 'off') return 'allow';
  if (category === 'text') return 'warn';
  if (direction === 'output') return 'redact';
  return piiScan === 'strict' ? 'block' : 'warn';
}

function rank(action: FindingAction): number {
  return FINDING_ACTIONS.indexOf(action);
}

/** The types of findings for which all of a value is refused, each once. */
export function blockedTypes(hits: readonly { readonly findings: readonly Finding[] }[], policy: FindingPolicy) {
  const types = new Set<string>();
  for (const { findings } of hits) for (const each of findings) if (policy(each) === 'block') types.add(each.type);
  return [...types];
}

/** The types of some findings, each once, for texts and records. */
export function typesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map((finding) => finding.type))];
}
