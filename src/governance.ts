import type { ToolGovernanceConfig } from './config/options.js';
import { checkOptions } from './config/schema.js';
import { ConfigError } from './errors/config-error.js';
import { attachGovernance, governanceOf } from './governance-tag.js';
import { noteMethod } from './decorated-methods.js';

/** What an author can say of a tool: all of `ToolGovernanceConfig` but `enabled`, which is the operator's. */
export type AuthorGovernance = Omit<ToolGovernanceConfig, 'enabled'>;

/** What `governance(options)` gives back: a standard (TC39) method decorator, and a tagger for tools and handlers. */
export interface GovernanceTag {
  /** Decorates a method of a class. */
  <M extends (...args: never[]) => unknown>(method: M, context: ClassMethodDecoratorContext): void;
  /** Tags a tool object or a handler and gives it back. */
  <T extends object>(tool: T): T;
}

/**
 * Says at a tool what governs it. It can only tighten what the operator's `toolConfigs` say, never loosen it.
 *
 * As a decorator: `@governance({ piiScan: 'strict' })` over a method that has `@tool`. As a tagger:
 * `server.addTool(governance({ rateLimit: { maxPerMinute: 5 } })({ name: 'search', ... }))`, or around the handler given
 * to `registerTool` of the MCP SDK.
 *
 * @throws ConfigError for options that cannot be right, for a second tag on the same tool, and on anything but a
 *   public method, a tool object or a handler.
 */
export function governance(options: AuthorGovernance): GovernanceTag {
  const config = Object.freeze({ ...checkOptions('authorTool', options, 'governance') });
  return ((target: object, context?: ClassMethodDecoratorContext) => {
    if (context !== undefined) return noteMethod(target, context, { governance: config });
    if (target === null || (typeof target !== 'object' && typeof target !== 'function')) {
      throw new ConfigError('governance(options) tags a tool object or a handler.');
    }
    if (governanceOf(target) !== undefined) throw new ConfigError('governance(...) is on this tool already.');
    attachGovernance(target, config);
    return target;
  }) as GovernanceTag;
}
