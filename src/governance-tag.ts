import type { ToolGovernanceConfig } from './config/options.js';

/** What authors attached, by the object they attached it to: outside of that object, so that nothing can forge it. */
const tags = new WeakMap<object, ToolGovernanceConfig>();

/**
 * Goes along when a tagged object is spread or assigned into another. Its value is a mere key into `tags`: what it stands
 * for cannot be changed from outside, and taking it off an object leaves the tag of that object as it is.
 */
const STAMP = Symbol('mcp-governance');

/** Attaches what governs a tool to the object that stands for it; copies of a plain object wear it, too. */
export function attachGovernance(target: object, config: ToolGovernanceConfig): void {
  tags.set(target, config);
  if (typeof target === 'function' || !Object.isExtensible(target)) return;
  const stamp = Object.freeze({});
  tags.set(stamp, config);
  Reflect.defineProperty(target, STAMP, { value: stamp, enumerable: true, configurable: true });
}

/** What the author attached to a tool or a handler; undefined where nothing. */
export function governanceOf(target: object | undefined): ToolGovernanceConfig | undefined {
  if (target === undefined) return undefined;
  const stamp = (target as { [STAMP]?: object })[STAMP];
  return tags.get(target) ?? (stamp === undefined ? undefined : tags.get(stamp));
}
