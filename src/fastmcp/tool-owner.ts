import { AsyncLocalStorage } from 'node:async_hooks';
import { FastMCPSession } from 'fastmcp';
import type { CallToolContext } from '../call/host-request.js';
import type { ToolDefinition } from '../call/tool-call.js';
import { ConfigError } from '../errors/config-error.js';
import { attachGovernance, governanceOf } from '../governance-tag.js';
import { governServer } from '../sdk/govern-server.js';
import type { HostServer } from '../sdk/host-server.js';
import { MiddlewareChain } from '../sdk/middleware-chain.js';

/** What we use of a tool of fastmcp, whatever its types. */
export interface AnyTool {
  readonly name: string;
  readonly annotations?: object | undefined;
  // The types of a tool's arguments and context are the author's; here they only pass through.
  readonly execute: (args: never, context: never) => unknown;
  readonly canAccess?: ((auth: never) => boolean) | undefined;
}

/** A session as it is made: before it is connected, so that no request can be faster than we are. */
interface NewSession {
  readonly server: HostServer;
  setupToolHandlers(tools: readonly AnyTool[]): void;
  toolsListChanged(tools: readonly AnyTool[]): void;
  updateAuth(auth: unknown): void;
}

/** Which governed server a tool belongs to: how a new session is recognised as ours. */
const owners = new WeakMap<object, ToolOwner>();
/** Whose session a low-level server is: what `authenticate` found; undefined where there was none. */
const auths = new WeakMap<object, object | undefined>();

/**
 * What stands behind one governed fastmcp server: its middlewares and what is known of its tools.
 *
 * fastmcp has no middleware, but each of its sessions is a `Server` of the MCP SDK, and that one can be governed before
 * its first handler is set.
 */
export class ToolOwner {
  readonly chain = new MiddlewareChain();
  /** The call under way that governance let through, and whether its tool may still run: once. */
  readonly #calls = new AsyncLocalStorage<{ readonly call: CallToolContext; pending: boolean }>();

  constructor() {
    governSessions();
  }

  /**
   * Takes a tool under governance: gives back one that is called in its place.
   *
   * @throws ConfigError where `governance(...)` is on the tool and on its `execute`.
   */
  own<T extends AnyTool>(tool: T): T {
    const [onTool, onExecute] = [governanceOf(tool), governanceOf(tool.execute)];
    if (onTool !== undefined && onExecute !== undefined) {
      throw new ConfigError(`${tool.name}: governance(...) is on the tool and on its execute. Tag one of them.`);
    }
    const owned = Object.create(tool) as { -readonly [K in keyof T]: T[K] };
    // What is listed under a name must be what is judged under it.
    Object.defineProperty(owned, 'name', { value: tool.name, enumerable: true });
    if (tool.canAccess !== undefined) owned.canAccess = (auth: never) => tool.canAccess?.(auth) ?? true;
    owned.execute = (args: never, context: never) => tool.execute(args, context);
    const tag = onTool ?? onExecute;
    if (tag !== undefined) attachGovernance(owned, tag);
    owners.set(owned, this);
    return owned;
  }

  /** Refuses a call that governance has not seen. */
  trip(tool: string): void {
    const running = this.#calls.getStore();
    if (running?.pending === true) {
      running.pending = false;
      return;
    }
    throw new ConfigError(
      `${tool} was called past governance: refused. Add tools with addTool of mcp-governance/fastmcp.`,
    );
  }

  /** Governs a new session of this server. */
  govern(server: HostServer, tools: () => readonly AnyTool[]): void {
    governServer({
      server,
      chain: this.chain,
      definitionOf: (name) => definitionOf(tools().find((tool) => tool.name === name)),
      authOf: (session) => auths.get(session),
      within: (call, run) => this.#calls.run({ call, pending: true }, run),
      callUnderWay: () => this.#calls.getStore()?.call,
    });
  }
}

const definitions = new WeakMap<AnyTool, ToolDefinition>();

function definitionOf(tool: AnyTool | undefined): ToolDefinition | undefined {
  if (tool === undefined) return undefined;
  let definition = definitions.get(tool);
  if (definition === undefined) {
    const annotations = { ...tool.annotations };
    definition = governanceOf(tool) === undefined ? { annotations } : { annotations, tagged: tool };
    definitions.set(tool, definition);
  }
  return definition;
}

/** Done once a process: from then on, sessions that offer a tool of ours are governed, and no others. */
let governing = false;

function governSessions(): void {
  if (governing) return;
  const prototype = FastMCPSession.prototype as unknown as NewSession;
  const setupToolHandlers = methodOf(prototype, 'setupToolHandlers');
  const toolsListChanged = methodOf(prototype, 'toolsListChanged');
  const updateAuth = methodOf(prototype, 'updateAuth');
  const offered = new WeakMap<object, readonly AnyTool[]>();
  const governed = new WeakSet();
  prototype.setupToolHandlers = function (this: NewSession, tools) {
    const { server } = this;
    offered.set(server, tools);
    const owner = tools.map((tool) => owners.get(tool)).find((each) => each !== undefined);
    if (owner !== undefined && !governed.has(server)) {
      noteAuth(
        server,
        readAuth((tool) => toolsListChanged.call(this, [tool])),
      );
      // Handlers of an earlier offer without a tool of ours give way: all are set anew, below.
      for (const method of ['tools/call', 'tools/list']) server._requestHandlers.delete(method);
      owner.govern(server, () => offered.get(server) ?? []);
      governed.add(server);
    }
    setupToolHandlers.call(this, tools);
  };
  prototype.updateAuth = function (this: NewSession, auth) {
    noteAuth(this.server, auth);
    updateAuth.call(this, auth);
  };
  governing = true;
}

function methodOf<K extends keyof NewSession>(prototype: NewSession, name: K): NewSession[K] {
  const method: unknown = Reflect.get(prototype, name);
  if (typeof method === 'function') return method as NewSession[K];
  throw new ConfigError('This version of fastmcp cannot be governed. Versions 4.20 and later 4.x can.');
}

function noteAuth(server: HostServer, auth: unknown): void {
  auths.set(server, typeof auth === 'object' && auth !== null ? auth : undefined);
}

/**
 * Whose a session is, in its own words: it keeps that to itself, but asks `canAccess` of every tool it is offered. Ours
 * is never granted nor denied: it throws, so that nothing comes of the offer.
 *
 * @throws ConfigError where the session does not ask: whose it is must not be guessed.
 */
function readAuth(offer: (tool: AnyTool) => void): unknown {
  let asked: { readonly auth: unknown } | undefined;
  const canAccess = (auth: unknown): boolean => {
    asked = { auth };
    throw new Asked();
  };
  try {
    offer({ name: '', execute: () => undefined, canAccess });
  } catch (error) {
    if (!(error instanceof Asked)) throw error;
  }
  if (asked !== undefined) return asked.auth;
  throw new ConfigError('This version of fastmcp does not tell whose a session is, and cannot be governed.');
}

class Asked extends Error {}
