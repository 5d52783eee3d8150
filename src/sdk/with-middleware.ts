import type { Middleware } from '../call/host-request.js';
import type { ToolDefinition } from '../call/tool-call.js';
import { ConfigError } from '../errors/config-error.js';
import { governanceOf } from '../governance-tag.js';
import { governServer } from './govern-server.js';
import { findHostServer, isHighLevel, type RegisteredTool } from './host-server.js';
import { MiddlewareChain } from './middleware-chain.js';

/** A server that takes middlewares. */
export interface WithMiddleware {
  /** Adds a middleware behind those already there, for all tools, registered before or after. */
  addMiddleware(middleware: Middleware): void;
}

/** Servers whose `addMiddleware` is ours. */
const governed = new WeakSet();

/** Says of a server that its `addMiddleware` governs it: `withMiddleware` leaves it as it is. */
export function noteGoverned(server: WithMiddleware): void {
  governed.add(server);
}

function isGoverned<T extends object>(server: T): server is T & WithMiddleware {
  return governed.has(server);
}

/**
 * Gives a server of the MCP SDK (`McpServer` or `Server`, 1.x or 2.x) the method `addMiddleware`.
 *
 * @returns The same server. A server that already has it from us stays as it is.
 * @throws ConfigError after the first tool was registered, for a 2.x or 1.x server made with `capabilities.tools`, for
 *   one with an `addMiddleware` of its own, and for anything that is no such server.
 */
export function withMiddleware<T extends object>(server: T, ...rest: never[]): T & WithMiddleware {
  if (rest.length > 0) {
    throw new ConfigError('withMiddleware takes the server alone. Add middlewares with server.addMiddleware(...).');
  }
  if (isGoverned(server)) return server;
  if ('addMiddleware' in server) {
    throw new ConfigError(
      'This server has an addMiddleware of its own, which governs nothing. Wrap an McpServer or Server.',
    );
  }
  const chain = new MiddlewareChain();
  governServer({
    server: findHostServer(server),
    chain,
    definitionOf: definitionsOf(server),
    toolNames: () => (isHighLevel(server) ? Object.keys(server._registeredTools) : []),
    authOf: () => undefined,
  });
  carryTags(server);
  governed.add(server);
  return Object.assign(server, {
    addMiddleware: (middleware: Middleware) => {
      chain.add(middleware);
    },
  });
}

/** Reads tools where `McpServer` keeps them, so that renamed, updated and removed ones are seen as they are now. */
function definitionsOf(server: object): (tool: string) => ToolDefinition | undefined {
  if (!isHighLevel(server)) return () => undefined;
  const made = new WeakMap<RegisteredTool, { handler: unknown; annotations: unknown; definition: ToolDefinition }>();
  return (tool) => {
    const registered = Object.hasOwn(server._registeredTools, tool) ? server._registeredTools[tool] : undefined;
    if (registered === undefined) return undefined;
    const { handler, annotations } = registered;
    const known = made.get(registered);
    if (known !== undefined && known.handler === handler && known.annotations === annotations) return known.definition;
    const definition = { annotations: annotations ?? {}, tagged: taggedOnly(handler) ?? taggedConfigs.get(registered) };
    made.set(registered, { handler, annotations, definition });
    return definition;
  };
}

function taggedOnly(handler: unknown): object | undefined {
  const target =
    typeof handler === 'function' || (typeof handler === 'object' && handler !== null) ? handler : undefined;
  return governanceOf(target) === undefined ? undefined : target;
}

/** The config objects that wear a tag, by the tool that was made of them. */
const taggedConfigs = new WeakMap<object, object>();

type RegisterTool = (name: string, config: object, handler: object) => object;

/** Remembers the tags of config objects, which `McpServer` forgets. The handler stays untouched: it may serve others. */
function carryTags(server: object): void {
  carryTagsOf(server, 'registerTool');
  const { experimental } = server as { experimental?: { tasks?: object } };
  if (experimental?.tasks !== undefined) carryTagsOf(experimental.tasks, 'registerToolTask');
}

function carryTagsOf(target: object, method: string): void {
  const methods = target as Record<string, RegisterTool | undefined>;
  const register = methods[method]?.bind(target);
  if (register === undefined) return;
  methods[method] = (name, config, handler) => {
    const tagged = taggedOnly(config);
    if (tagged !== undefined && governanceOf(handler) !== undefined) {
      throw new ConfigError(`${name}: governance(...) is on the tool's config and on its handler. Tag one of them.`);
    }
    const registered = register(name, config, handler);
    if (tagged !== undefined) taggedConfigs.set(registered, tagged);
    return registered;
  };
}
