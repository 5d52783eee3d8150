import { createHash } from 'node:crypto';
import type { Decision } from '../call/decision.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import type { PolicyRule } from './document.js';
import type { PolicyEngine } from './engine.js';
import type { ExplanationStep } from './explanation.js';
import { type Opinion, strictestDecision } from './strictest-decision.js';
import type { Subject } from './subject.js';

/** A policy in its layer. */
export interface Layer {
  readonly layer: string;
  readonly engine: PolicyEngine;
}

/** Decides by several policies, from the highest layer to the lowest: the strictest wins. */
export class LayeredEngine implements PolicyEngine {
  readonly name = undefined;
  readonly revision: string;
  readonly rules: readonly PolicyRule[];

  constructor(private readonly layers: readonly Layer[]) {
    const revisions = layers.map(({ layer, engine }) => `${layer}:${engine.revision}`);
    this.revision = createHash('sha256').update(revisions.join('\n')).digest('hex').slice(0, 16);
    this.rules = Object.freeze(layers.flatMap(({ engine }) => engine.rules));
  }

  /** Decides; undefined where no layer has anything to say. */
  opinion(subject: Subject): Decision | undefined {
    const opinions: Opinion[] = [];
    for (const { layer, engine } of this.layers) {
      const decision = engine.opinion(subject);
      if (decision !== undefined) opinions.push({ layer, decision });
    }
    const [first, ...others] = opinions;
    return first && strictestDecision(first, others);
  }

  /** What was tried in every layer. */
  explain(subject: Subject): readonly ExplanationStep[] {
    return this.layers.flatMap(({ layer, engine }) => engine.explain(subject).map((step) => ({ ...step, layer })));
  }

  /** All settings of all layers. */
  get settings(): readonly ToolGovernanceConfig[] {
    return this.layers.flatMap(({ engine }) => engine.settings);
  }

  /** What all layers say of a tool. */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[] {
    return this.layers.flatMap(({ engine }) => engine.settingsFor(server, tool));
  }
}
