import type { Decision } from '../call/decision.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import type { PolicyRule } from './document.js';
import type { ExplanationStep } from './explanation.js';
import type { Subject } from './subject.js';

/** What decides behind a `Policy`: a document, or several that were flattened. */
export interface PolicyEngine {
  readonly name: string | undefined;
  readonly revision: string;
  readonly rules: readonly PolicyRule[];
  /** The decision; undefined where no rule matches and nothing is said for that case. */
  opinion(subject: Subject): Decision | undefined;
  /** Everything that was tried on the way to the decision, in order. */
  explain(subject: Subject): readonly ExplanationStep[];
  /** All settings, of whatever tools. */
  readonly settings: readonly ToolGovernanceConfig[];
  /** The settings whose server and tool match. */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[];
}
