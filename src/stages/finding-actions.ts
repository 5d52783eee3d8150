import type { Direction, Finding, FindingAction } from '../call/finding.js';
import type { ResolvedToolConfig } from '../config/tool-config.js';

/** Tells what is done about a finding. */
export type FindingPolicy = (finding: Finding) => FindingAction;

/**
 * Settles what is done about findings of one tool in one direction.
 *
 * By mode: `standard` warns of findings in arguments and redacts them in results; `strict` blocks them in arguments.
 * Hostile text (category `text`) is only warned of. `piiActions` goes before the mode.
 */
export function createFindingPolicy(config: ResolvedToolConfig, direction: Direction): FindingPolicy {
  const inArguments: FindingAction = config.piiScan === 'strict' ? 'block' : 'warn';
  const byMode = direction === 'input' ? inArguments : 'redact';
  return (finding) => config.piiActions.get(finding.type) ?? (finding.category === 'text' ? 'warn' : byMode);
}

/** The types of some findings, each once, for texts and records. */
export function typesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map((finding) => finding.type))];
}
