import { createHash } from 'node:crypto';
import { ACTIONS, RISKS } from '../call/action.js';
import type { Decision, Obligations } from '../call/decision.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import type { PolicyRule } from './document.js';
import type { PolicyEngine } from './engine.js';
import type { ExplanationStep } from './explanation.js';
import { PerDecision } from './per-decision.js';
import type { Subject } from './subject.js';

/** A policy in its layer. */
export interface Layer {
  readonly layer: string;
  readonly engine: PolicyEngine;
}

interface HeldLayer extends Layer {
  /** What is decided where no other layer has an opinion. */
  readonly alone: PerDecision<Decision>;
}

interface Opinion {
  readonly layer: HeldLayer;
  readonly decision: Decision;
}

/** Decides by several policies, from the highest layer to the lowest: the strictest wins. */
export class LayeredEngine implements PolicyEngine {
  readonly name = undefined;
  readonly revision: string;
  readonly rules: readonly PolicyRule[];

  readonly #layers: readonly HeldLayer[];

  constructor(layers: readonly Layer[]) {
    const revisions = layers.map(({ layer, engine }) => `${layer}:${engine.revision}`);
    this.revision = createHash('sha256').update(revisions.join('\n')).digest('hex').slice(0, 16);
    this.rules = Object.freeze(layers.flatMap(({ engine }) => engine.rules));
    this.#layers = layers.map(hold);
  }

  /** Decides; undefined where no layer has anything to say. */
  opinion(subject: Subject): Decision | undefined {
    const opinions: Opinion[] = [];
    for (const layer of this.#layers) {
      const decision = layer.engine.opinion(subject);
      if (decision !== undefined) opinions.push({ layer, decision });
    }
    const first = opinions[0];
    return opinions.length > 1 ? combine(opinions) : first?.layer.alone.get(first.decision);
  }

  /** What was tried in every layer. */
  explain(subject: Subject): readonly ExplanationStep[] {
    return this.#layers.flatMap(({ layer, engine }) => engine.explain(subject).map((step) => ({ ...step, layer })));
  }

  /** All settings of all layers. */
  get settings(): readonly ToolGovernanceConfig[] {
    return this.#layers.flatMap(({ engine }) => engine.settings);
  }

  /** What all layers say of a tool. */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[] {
    return this.#layers.flatMap(({ engine }) => engine.settingsFor(server, tool));
  }
}

function hold({ layer, engine }: Layer): HeldLayer {
  const held: HeldLayer = {
    layer,
    engine,
    alone: new PerDecision((decision) => Object.freeze(combine([{ layer: held, decision }]))),
  };
  return held;
}

function combine(all: readonly Opinion[]): Decision {
  const strictest = all.reduce((best, each) => (rank(each) > rank(best) ? each : best));
  const {
    decision,
    layer: { layer },
  } = strictest;
  const conflicts = all
    .filter((each) => each.decision.action !== decision.action)
    .map(({ layer: other, decision: { action, ruleName = '' } }) => `${other.layer}: ${action} (rule ${ruleName})`);
  const risk = RISKS.findLast((each) => all.some((opinion) => opinion.decision.risk === each));
  const obligations = decision.action === 'throttle' ? longestDelay(decision.obligations, all) : decision.obligations;
  return {
    ...decision,
    layer,
    ...(risk === undefined ? {} : { risk }),
    ...(conflicts.length === 0 ? {} : { conflicts }),
    ...(obligations === undefined ? {} : { obligations }),
    // A final rule is a block, and then the decision is one, too.
    final: all.some((opinion) => opinion.decision.final === true),
    mandatory: all.some((opinion) => opinion.decision.mandatory === true),
  };
}

function rank({ decision }: Opinion): number {
  return ACTIONS.indexOf(decision.action);
}

function longestDelay(own: Obligations | undefined, all: readonly Opinion[]): Obligations | undefined {
  const delays = all
    .filter(({ decision }) => decision.action === 'throttle')
    .map(({ decision }) => decision.obligations?.throttleDelaySeconds)
    .filter((delay) => delay !== undefined);
  return delays.length === 0 ? own : { ...own, throttleDelaySeconds: Math.max(...delays) };
}
