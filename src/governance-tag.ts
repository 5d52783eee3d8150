import type { ToolGovernanceConfig } from './config/options.js';

/** What authors attached, by the object they attached it to: outside of that object, so that nothing can forge it. */
const tags = new WeakMap<object, ToolGovernanceConfig>();

/** Attaches what governs a tool to the object that stands for it. */
export function attachGovernance(target: object, config: ToolGovernanceConfig): void {
  tags.set(target, config);
}

/** What the author attached to a tool or a handler; undefined where nothing. */
export function governanceOf(target: object | undefined): ToolGovernanceConfig | undefined {
  return target === undefined ? undefined : tags.get(target);
}
