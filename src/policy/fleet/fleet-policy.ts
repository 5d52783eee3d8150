import type { Action } from '../../call/action.js';
import type { Decision } from '../../call/decision.js';
import type { ToolGovernanceConfig } from '../../config/options.js';
import type { Snapshot } from '../../wire/checks.js';
import type { PolicyRule } from '../document.js';
import { DocumentEngine } from '../document-engine.js';
import type { PolicyEngine } from '../engine.js';
import type { ExplanationStep } from '../explanation.js';
import { type Layer, LayeredEngine } from '../layered-engine.js';
import { PerDecision } from '../per-decision.js';
import { Policy } from '../policy.js';
import type { Subject } from '../subject.js';
import { PolicySet } from './policy-set.js';

/** The layers whose rules are policies of their own, named by their ids. */
const LAYERS_OF_POLICIES: ReadonlySet<string | undefined> = new Set(['mandatory', 'policies']);

/**
 * Decides by a snapshot of a controlplane; the controlplane and every connected door decide by this one class.
 *
 * Each layer decides by itself and the strictest wins. Where none has an opinion, a managed server meets the global
 * default, and of any other nothing is said: the door's own default counts then.
 */
export class FleetPolicy implements PolicyEngine {
  readonly name = undefined;
  /** The revision of the snapshot. */
  readonly revision: string;
  readonly #layers: readonly LoadedLayer[];
  readonly #engine: LayeredEngine;
  readonly #managed: ReadonlySet<string>;
  readonly #byDefault: Decision;
  readonly #cited: PerDecision<Decision>;

  private constructor(snapshot: Snapshot, layers: readonly LoadedLayer[]) {
    this.revision = String(snapshot.revision);
    this.#layers = layers;
    this.#engine = new LayeredEngine(layers);
    this.#managed = new Set(snapshot.managed);
    this.#byDefault = byDefault(snapshot.global_default, this.revision);
    this.#cited = new PerDecision((decision) => cited(decision, this.revision));
  }

  /**
   * Compiles a snapshot without keeping others waiting.
   *
   * @param before - What was loaded before: layers whose document is the same object are not compiled again.
   * @throws PolicyDocumentError for a document that cannot be used; nothing of the snapshot is in force then.
   */
  static async load(snapshot: Snapshot, before?: FleetPolicy): Promise<FleetPolicy> {
    const known = before === undefined ? [] : before.#layers;
    const layers: LoadedLayer[] = [];
    for (const { name: layer, document } of snapshot.layers) {
      const same = known.find((each) => each.document === document);
      layers.push({ layer, document, engine: same?.engine ?? (await compile(layer, document)) });
    }
    return new FleetPolicy(snapshot, layers);
  }

  /** All rules of all layers. */
  get rules(): readonly PolicyRule[] {
    return this.#engine.rules;
  }

  /** True where the global default counts for a server. */
  isManaged(server: string): boolean {
    return this.#managed.has(server);
  }

  /** Decides; undefined where nothing matches and the server is not managed. */
  opinion(subject: Subject): Decision | undefined {
    const decision = this.#engine.opinion(subject);
    if (decision === undefined) return this.#managed.has(subject.server) ? this.#byDefault : undefined;
    return this.#cited.get(decision);
  }

  /** What was tried in every layer. */
  explain(subject: Subject): readonly ExplanationStep[] {
    return this.#engine.explain(subject);
  }

  /** All settings of all layers. */
  get settings(): readonly ToolGovernanceConfig[] {
    return this.#engine.settings;
  }

  /** What all layers say of a tool. */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[] {
    return this.#engine.settingsFor(server, tool);
  }
}

/** A decision with the policy and the revision that it is cited by. */
function cited(decision: Decision, revision: string): Decision {
  const { layer, ruleName } = decision;
  const policyId = LAYERS_OF_POLICIES.has(layer) ? ruleName : (decision.policyId ?? layer);
  const given: Decision = { ...decision, revision, ...(policyId === undefined ? {} : { policyId }) };
  return Object.isFrozen(decision) ? Object.freeze(given) : given;
}

function byDefault(action: Action, revision: string): Decision {
  return Object.freeze({
    action,
    reason: 'No policy matches this call, and its server is managed: the global default counts',
    ruleName: '<default>',
    revision,
    layer: 'global default',
  });
}

async function compile(layer: string, document: object): Promise<PolicyEngine> {
  const { engine } = await Policy.load(document, { source: layer });
  return LAYERS_OF_POLICIES.has(layer) && engine instanceof DocumentEngine ? new PolicySet(engine) : engine;
}

interface LoadedLayer extends Layer {
  readonly document: object;
}
