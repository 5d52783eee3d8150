import { createHash } from 'node:crypto';
import type { Decision } from '../call/decision.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import type { PolicyRule } from './document.js';
import type { PolicyEngine } from './engine.js';
import { PerDecision } from './per-decision.js';
import type { ExplanationStep } from './explanation.js';
import { type Opinion, strictestDecision } from './strictest-decision.js';
import type { Subject } from './subject.js';

/** A policy in its layer. */
export interface Layer {
  readonly layer: string;
  readonly engine: PolicyEngine;
}

interface LayerAlone extends Layer {
  /** What comes of a decision of this layer where no other says anything. */
  readonly alone: PerDecision<Decision>;
}

function aloneAt(layer: string): PerDecision<Decision> {
  return new PerDecision((decision) => {
    const settled = strictestDecision({ layer, decision }, []);
    return Object.isFrozen(decision) ? Object.freeze(settled) : settled;
  });
}

/** Decides by several policies, from the highest layer to the lowest: the strictest wins. */
export class LayeredEngine implements PolicyEngine {
  readonly name = undefined;
  readonly revision: string;
  readonly rules: readonly PolicyRule[];
  readonly #layers: readonly LayerAlone[];

  constructor(private readonly layers: readonly Layer[]) {
    this.#layers = layers.map(({ layer, engine }) => ({ layer, engine, alone: aloneAt(layer) }));
    const revisions = layers.map(({ layer, engine }) => `${layer}:${engine.revision}`);
    this.revision = createHash('sha256').update(revisions.join('\n')).digest('hex').slice(0, 16);
    this.rules = Object.freeze(layers.flatMap(({ engine }) => engine.rules));
  }

  /** Decides; undefined where no layer has anything to say. */
  opinion(subject: Subject): Decision | undefined {
    let only: { readonly layer: LayerAlone; readonly decision: Decision } | undefined;
    let opinions: Opinion[] | undefined;
    for (const layer of this.#layers) {
      const decision = layer.engine.opinion(subject);
      if (decision === undefined) continue;
      if (only === undefined) only = { layer, decision };
      else (opinions ??= []).push({ layer: layer.layer, decision });
    }
    if (only === undefined) return undefined;
    const { layer, decision } = only;
    // What most calls meet: one layer speaks, and says of many calls the same.
    if (opinions === undefined) return layer.alone.get(decision);
    return strictestDecision({ layer: layer.layer, decision }, opinions);
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
