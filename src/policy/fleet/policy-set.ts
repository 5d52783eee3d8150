import type { Decision } from '../../call/decision.js';
import type { ToolGovernanceConfig } from '../../config/options.js';
import { asksPeople, combineApprovers } from '../combine-approvers.js';
import type { PolicyRule } from '../document.js';
import type { DocumentEngine } from '../document-engine.js';
import type { PolicyEngine } from '../engine.js';
import type { ExplanationStep } from '../explanation.js';
import type { Subject } from '../subject.js';

/**
 * Decides by policies that all apply, the strictest first: the first that matches decides, and who may approve has to
 * please every other one that matches, too.
 */
export class PolicySet implements PolicyEngine {
  readonly name: string | undefined;
  readonly revision: string;
  readonly rules: readonly PolicyRule[];
  readonly #document: DocumentEngine;

  /** @param document - Its rules are the policies, the strictest first. */
  constructor(document: DocumentEngine) {
    this.name = document.name;
    this.revision = document.revision;
    this.rules = document.rules;
    this.#document = document;
  }

  /** Decides; undefined where no policy is about the call. */
  opinion(subject: Subject): Decision | undefined {
    const decision = this.#document.opinion(subject);
    if (decision === undefined || !asksPeople(decision)) return decision;
    return combineApprovers(decision, this.#document.limits(subject));
  }

  /** What was tried, up to the policy that decides. */
  explain(subject: Subject): readonly ExplanationStep[] {
    return this.#document.explain(subject);
  }

  /** All settings. */
  get settings(): readonly ToolGovernanceConfig[] {
    return this.#document.settings;
  }

  /** The settings of a tool. */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[] {
    return this.#document.settingsFor(server, tool);
  }
}
