import type { Decision } from '../call/decision.js';
import type { ToolCall } from '../call/tool-call.js';
import type { ToolGovernanceConfig } from '../config/options.js';

/** What a controlplane has to say of calls, besides local policies. */
export interface ControlplaneLayer {
  /** True where decisions come from a policy that was compiled here: they hold what their types say. */
  readonly trusted: boolean;
  /**
   * What a call has to wait for before it can be judged: the first policies, up to the deadline of decisions. Resolves, and
   * never rejects, whatever comes of it; undefined where there is nothing to wait for.
   */
  ready(signal: AbortSignal | undefined): Promise<void> | undefined;
  /**
   * What the controlplane says of a call; undefined where it has no opinion, so that the door's own default counts.
   *
   * Throws or rejects, within the deadline of decisions, where there is neither a policy nor an answer to be had; with an
   * OwnFault, which `failOpen` does not cover, where there is one and it cannot be worked with.
   */
  opinion(call: ToolCall, now: number): Decision | undefined | Promise<Decision | undefined>;
  /** What its policies say of how a tool is governed. */
  settingsFor(server: string, tool: string): readonly ToolGovernanceConfig[];
  /** Whether somebody accepted a definition of a tool for all doors; false where nobody knows. */
  acceptsDefinition(server: string, tool: string, fingerprint: string): boolean;
}
