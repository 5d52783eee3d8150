import type { Decision, DecisionPoint } from '../call/decision.js';
import type { ToolCall } from '../call/tool-call.js';
import type { ToolGovernanceConfig } from '../config/options.js';
import { ConfigError } from '../errors/config-error.js';
import { type Layer, LayeredEngine } from './layered-engine.js';
import { type ExplainedDecision, Policy } from './policy.js';
import type { PolicyCall } from './subject.js';

/** The policies of a hierarchy. */
export interface PolicyLayers {
  /** Cannot be loosened by those below. */
  readonly org?: Policy | undefined;
  readonly team?: Policy | undefined;
  readonly agent?: Policy | undefined;
}

const LAYERS = ['org', 'team', 'agent'] as const;

/**
 * Policies in layers: each decides by itself, and the strictest decision wins.
 *
 * A layer without an opinion (no rule matches and it has no defaults) says nothing; where none has one: review.
 */
export class PolicyHierarchy implements DecisionPoint {
  readonly #policy: Policy;

  /** @throws ConfigError for a layer that does not exist, or holds something else than a policy. */
  constructor(layers: PolicyLayers) {
    const unknown = Object.keys(layers).find((key) => !LAYERS.includes(key as never));
    if (unknown !== undefined) {
      throw new ConfigError(`PolicyHierarchy: unknown layer '${unknown}'. Known are ${LAYERS.join(', ')}.`);
    }
    const given = LAYERS.flatMap((layer): Layer[] => {
      const policy = layers[layer];
      if (policy === undefined) return [];
      if (!(policy instanceof Policy)) throw new ConfigError(`PolicyHierarchy: ${layer} must be a Policy.`);
      return [{ layer, engine: policy.engine }];
    });
    this.#policy = new Policy(new LayeredEngine(given));
  }

  /** Changes with every change of a layer. */
  get revision(): string {
    return this.#policy.revision;
  }

  /** Decides a call that was written by hand; with `explain`, says everything that was tried. */
  evaluate(call: PolicyCall, options?: { readonly explain?: boolean }): ExplainedDecision {
    return this.#policy.evaluate(call, options);
  }

  /** Decides a governed call as of `now`, in milliseconds since 1970. */
  decide(call: ToolCall, now = Date.now()): Decision {
    return this.#policy.decide(call, now);
  }

  /** As {@link PolicyHierarchy.decide}; undefined where no layer has anything to say of the call. */
  opinion(call: ToolCall, now = Date.now()): Decision | undefined {
    return this.#policy.opinion(call, now);
  }

  /** The whole hierarchy as one policy, which decides every call as the hierarchy does. */
  flatten(): Policy {
    return this.#policy;
  }

  /** All `settings`, of whatever tools. */
  get settings(): readonly ToolGovernanceConfig[] {
    return this.#policy.settings;
  }

  /** What the `settings` of all layers say of a tool; all apply, the strictest field by field. */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[] {
    return this.#policy.settingsFor(server, tool);
  }
}
