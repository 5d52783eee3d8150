import { noteMethod, notesOf } from './decorated-methods.js';
import { ConfigError } from './errors/config-error.js';
import { attachGovernance } from './governance-tag.js';

/** What a decorated method says of itself as a tool; the fields are those of a fastmcp tool. */
export interface ToolDescription {
  /** Default: the method's name. */
  readonly name?: string;
  readonly description?: string;
  /** A Standard Schema (zod, valibot, ...) of the arguments. */
  readonly parameters?: unknown;
  readonly outputSchema?: unknown;
  readonly annotations?: object;
  readonly timeoutMs?: number;
  readonly canAccess?: (auth: never) => boolean;
  readonly _meta?: object;
}

/**
 * A tool made from a decorated method: what `server.addTool` of fastmcp takes.
 *
 * The types say `never` where only the host looks inside: it fits every host's own type.
 */
export interface MethodTool {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: never;
  readonly outputSchema?: never;
  readonly annotations?: never;
  readonly timeoutMs?: number;
  readonly canAccess?: never;
  readonly _meta?: never;
  /** Calls the method; the host has checked the arguments against `parameters`. */
  readonly execute: (args: unknown, context: unknown) => Promise<never>;
}

/**
 * Makes a method a tool, for `toolsFrom` to find: a standard (TC39) method decorator.
 *
 * @throws ConfigError on anything but a public method, and for a second `@tool` on the same one.
 */
export function tool(description: ToolDescription = {}) {
  return (method: object, context: ClassMethodDecoratorContext): void => {
    noteMethod(method, context, { tool: description });
  };
}

/**
 * Makes tools of the methods of an instance that have `@tool`, each with its `@governance`.
 *
 * @throws ConfigError where there are none, and for a method with `@governance` but without `@tool`, which nobody could
 *   call.
 */
export function toolsFrom(instance: object): MethodTool[] {
  const tools = [...notesOf(instance)].map(([method, { tool: description, governance }]) => {
    if (description === undefined) throw new ConfigError(`${method} has @governance but no @tool.`);
    const members = instance as Record<string, (args: unknown, context: unknown) => unknown>;
    const made = {
      ...description,
      name: description.name ?? method,
      // Looked up at the call, so that a method replaced in a subclass is the one that runs.
      execute: async (args: unknown, context: unknown) => members[method]?.(args, context),
    } as MethodTool;
    if (governance !== undefined) attachGovernance(made, governance);
    return made;
  });
  if (tools.length > 0) return tools;
  throw new ConfigError('toolsFrom found no methods with @tool. Pass an instance, not the class.');
}
