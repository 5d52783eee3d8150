import type { PolicyDocument } from '../document.js';
import { lintConditions } from './lint-conditions.js';
import { lintDefaults } from './lint-defaults.js';
import { lintEvasion } from './lint-evasion.js';
import type { LintFinding } from './lint-finding.js';
import { lintReach } from './lint-reach.js';
import { lintTools } from './lint-tools.js';
import type { ToolList } from './tool-list.js';

/** What lint may know besides the document. */
export interface LintOptions {
  /** The tools of a server. Without them nothing is said of tools and types. */
  readonly tools?: ToolList | undefined;
  /** The moment at which rules may have expired. */
  readonly now: Date;
}

/**
 * Looks for what is hardly meant so in a valid document.
 *
 * A rule is only called unreachable or shadowed where that is proved for every call; not all such rules are found.
 */
export function lintPolicy(document: PolicyDocument, { tools, now }: LintOptions): readonly LintFinding[] {
  return [
    ...lintDefaults(document),
    ...lintReach(document, now.getTime()),
    ...lintConditions(document.rules),
    ...(tools === undefined ? [] : lintTools(document, tools)),
    ...lintEvasion(document.rules),
  ];
}
