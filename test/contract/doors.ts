import type { AuditEvent } from '../../src/audit/audit-event.js';
import { MemorySink } from '../../src/audit/memory-sink.js';
import { isJsonObject, type JsonObject } from '../../src/call/json.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { fakeCall } from '../../src/testing/index.js';
import { ToolFilter } from '../../src/tool-filter.js';
import { HOSTS, type HostTool } from './hosts/all-hosts.js';

/** What goes with a call besides its arguments, at the doors where a caller can say it. */
export interface Along {
  readonly meta?: JsonObject;
  readonly sessionId?: string;
}

/** A door with tools behind it. */
export interface OpenDoor {
  /** Calls a tool, be it there or not; what comes back is everything that the caller gets, an error included. */
  call(tool: string, args: JsonObject, along?: Along): Promise<unknown>;
  readonly events: readonly AuditEvent[];
  clear(): void;
  close(): Promise<void>;
}

/** One way for calls to come in. A new door is added to `DOORS`, and every test of all doors is a test of it. */
export interface TestedDoor {
  readonly title: string;
  open(tools: readonly HostTool[], options: GovernanceOptions): Promise<OpenDoor>;
}

const SERVERS: readonly TestedDoor[] = HOSTS.map((host) => ({
  title: host.title,
  async open(tools, options) {
    const server = await host.start({ tools, options });
    return {
      async call(name, args, { meta } = {}) {
        const { result, error } = await server.raw('tools/call', {
          name,
          arguments: args,
          ...(meta !== undefined && { _meta: meta }),
        });
        return { result, error };
      },
      get events() {
        return server.sink.events;
      },
      clear: () => {
        server.sink.clear();
      },
      close: () => server.close(),
    };
  },
}));

const filter: TestedDoor = {
  title: 'ToolFilter',
  async open(tools, options) {
    const sink = new MemorySink();
    const opened = new ToolFilter({ audit: sink, ...options }, { env: {} });
    return {
      async call(tool, args, { sessionId } = {}) {
        const handler = tools.find(({ name }) => name === tool)?.handler;
        const invoke = async (judged: JsonObject): Promise<unknown> => run(handler, tool, judged);
        return opened.call({ server: 'contract', tool, arguments: args, sessionId }, invoke).catch(described);
      },
      get events() {
        return sink.events;
      },
      clear: () => {
        sink.clear();
      },
      close: () => opened.close(),
    };
  },
};

/** The middleware as an adapter of a host calls it: here, all that a host can tell of a request can be said. */
const adapter: TestedDoor = {
  title: 'GovernanceMiddleware',
  async open(tools, options) {
    const sink = new MemorySink();
    const middleware = new GovernanceMiddleware({ audit: sink, ...options }, { env: {} });
    return {
      async call(tool, args, { meta, sessionId } = {}) {
        const handler = tools.find(({ name }) => name === tool)?.handler;
        const call = fakeCall(tool, args, { server: 'contract', request: { meta, sessionId } });
        return middleware.onCallTool(call, async (judged) => run(handler, tool, judged.arguments)).catch(described);
      },
      get events() {
        return sink.events;
      },
      clear: () => {
        sink.clear();
      },
      close: () => middleware.close(),
    };
  },
};

/** Every door there is. */
export const DOORS: readonly TestedDoor[] = [...SERVERS, adapter, filter];

function run(handler: HostTool['handler'] | undefined, tool: string, args: JsonObject): unknown {
  if (handler === undefined) throw new Error(`no such tool: ${tool}`);
  return handler(args, undefined as never);
}

/** Everything that an error tells whoever catches it. */
function described(error: unknown): unknown {
  if (!isJsonObject(error)) return error;
  const { message, stack, policyResult } = error as { message?: unknown; stack?: unknown; policyResult?: unknown };
  return { ...error, message, stack: String(stack).split('\n    at ')[0], policyResult };
}
