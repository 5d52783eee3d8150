import type { CallToolContext, HostRequest, ListedTool } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import type { ToolDefinition } from '../call/tool-call.js';
import { ConfigError } from '../errors/config-error.js';
import { GovernanceError } from '../errors/governance-error.js';
import type { HostServer, RawRequest, RequestHandler } from './host-server.js';
import type { MiddlewareChain } from './middleware-chain.js';
import { filterNotifications, toHostRequest } from './request-context.js';
import { InvalidRequestError, RefusedError } from './rpc-errors.js';
import { TaskCalls } from './task-calls.js';

/** Messages that a server sends its client while a call runs. */
const CALL_NOTIFICATIONS = [
  'notifications/message',
  'notifications/progress',
  'notifications/tasks/status',
  'notifications/tool/streamContent',
];

/** Requests whose answers tell what became of calls that were answered with a task. */
const TASK_METHODS = ['tasks/result', 'tasks/get', 'tasks/list', 'tasks/cancel'];

/** What governing a server needs to know of its host. */
export interface GovernedHost {
  readonly server: HostServer;
  readonly chain: MiddlewareChain;
  /** What is known of a tool by its name. */
  readonly definitionOf: (tool: string) => ToolDefinition | undefined;
  /** What the host's authentication found, where the SDK does not say. */
  readonly authOf: (server: HostServer) => object | undefined;
  /** Runs the host's handler of a call that governance let through. */
  readonly within?: <T>(call: CallToolContext, run: () => T) => T;
  /** The call within which something happens, where the host can tell. */
  readonly callUnderWay?: () => CallToolContext | undefined;
}

/**
 * Leads every tool call, tool list, task result and call notification of a server through a chain of middlewares, from
 * now on and whoever registers the handlers.
 *
 * @throws ConfigError where the handlers of tools are already there.
 */
export function governServer(host: GovernedHost): void {
  const { server } = host;
  const handlers = server._requestHandlers;
  refuseLate(handlers);
  const tasks = new TaskCalls();
  const set = (method: string, handler: RequestHandler): typeof handlers =>
    Map.prototype.set.call(handlers, method, governHandler(host, tasks, method, handler)) as typeof handlers;
  Object.defineProperty(handlers, 'set', { value: set });
  for (const method of TASK_METHODS) {
    const early = handlers.get(method);
    if (early !== undefined) set(method, early);
  }
  governFallback(host, tasks);
  governLooseNotifications(host);
}

function refuseLate(handlers: HostServer['_requestHandlers']): void {
  if (Object.hasOwn(handlers, 'set')) {
    throw new ConfigError('The Server inside this McpServer is governed already. Wrap the McpServer alone, and once.');
  }
  const early = ['tools/call', 'tools/list'].find((method) => handlers.has(method));
  if (early === undefined) return;
  throw new ConfigError(
    `The server already handles ${early}, which could not be governed. Call withMiddleware before the first tool, ` +
      'and leave capabilities.tools out of the constructor: it is set when the first tool is registered.',
  );
}

function governHandler(host: GovernedHost, tasks: TaskCalls, method: string, handler: RequestHandler): RequestHandler {
  if (method === 'tools/call') return (request, extra) => callTool(host, tasks, handler, request, extra);
  if (method === 'tools/list') return (request, extra) => listTools(host, handler, request, extra);
  if (TASK_METHODS.includes(method)) {
    return async (request, extra) => {
      const result = await handler(request, extra);
      const context =
        tasks.recall(request) ?? looseContext(host, toHostRequest(host.server, request, extra, host.authOf));
      return host.chain.taskResult(context, result).catch(throwInHostForm);
    };
  }
  return handler;
}

function callTool(
  host: GovernedHost,
  tasks: TaskCalls,
  handler: RequestHandler,
  request: RawRequest,
  extra: JsonObject,
): Promise<unknown> {
  const { name, arguments: args = {} } = request.params ?? {};
  // A handler with a schema of its own might accept what nobody could judge.
  if (typeof name !== 'string' || !isJsonObject(args)) return Promise.reject(new InvalidRequestError());
  const { server, chain } = host;
  const context: CallToolContext = {
    server: server._serverInfo?.name ?? '',
    tool: name,
    arguments: args,
    definition: host.definitionOf(name),
    request: toHostRequest(server, request, extra, host.authOf),
  };
  const called = chain.callTool(context, (judged) => {
    if (chain.filtersNotifications) filterNotifications(extra, (sent) => filterSent(host, judged, sent));
    const sent = withJudged(request, judged.arguments);
    if (host.within === undefined) return handler(sent, extra) as Promise<unknown>;
    return host.within(judged, () => handler(sent, extra) as Promise<unknown>);
  });
  return Promise.resolve(called).then((result) => {
    tasks.remember(result, context);
    return result;
  }, throwInHostForm);
}

/** The request with the arguments that were judged; one without arguments stays without. */
function withJudged(request: RawRequest, args: JsonObject): RawRequest {
  const { params } = request;
  if (params?.['arguments'] === args) return request;
  if (params?.['arguments'] === undefined && Object.keys(args).length === 0) return request;
  const { method, jsonrpc, id } = request;
  return { jsonrpc, id, method, params: { ...params, arguments: args } };
}

async function listTools(host: GovernedHost, handler: RequestHandler, request: RawRequest, extra: JsonObject) {
  let listed: JsonObject = {};
  const { server, chain, definitionOf } = host;
  const context = {
    server: server._serverInfo?.name ?? '',
    request: toHostRequest(server, request, extra, host.authOf),
    definitionOf,
  };
  const tools = await chain.listTools(context, async () => {
    listed = (await handler(request, extra)) as JsonObject;
    return listed['tools'] as readonly ListedTool[];
  });
  return { ...listed, tools };
}

/** Judged once, however many layers of the SDK a message passes. */
const judgedNotifications = new WeakSet();

async function filterSent(host: GovernedHost, context: CallToolContext, sent: RawRequest) {
  const passed = await host.chain.notification(context, sent);
  if (passed !== undefined) judgedNotifications.add(passed);
  return passed;
}

/**
 * Log lines and progress that a handler sends through the server itself belong to the call under way where the host knows
 * it, else to none: then server defaults apply.
 */
function governLooseNotifications(host: GovernedHost): void {
  const { server } = host;
  const send = server.notification.bind(server);
  server.notification = async (notification, options) => {
    const loose = CALL_NOTIFICATIONS.includes(notification.method) && !judgedNotifications.has(notification);
    if (!loose || !host.chain.filtersNotifications) return send(notification, options);
    const context = host.callUnderWay?.() ?? looseContext(host, NO_REQUEST);
    const passed = await filterSent(host, context, notification);
    if (passed !== undefined) await send(passed, options);
  };
}

/** A handler for all unknown methods could answer `tools/call` without ever being registered for it. */
function governFallback(host: GovernedHost, tasks: TaskCalls): void {
  let fallback = host.server.fallbackRequestHandler;
  Object.defineProperty(host.server, 'fallbackRequestHandler', {
    configurable: true,
    enumerable: true,
    get: () =>
      fallback &&
      ((request: RawRequest, extra: JsonObject) =>
        governHandler(host, tasks, request.method, fallback as RequestHandler)(request, extra)),
    set: (handler: RequestHandler | undefined) => {
      fallback = handler;
    },
  });
}

const NO_REQUEST: HostRequest = {
  door: 'middleware',
  sessionId: undefined,
  meta: undefined,
  signal: undefined,
  auth: undefined,
  client: undefined,
  transport: undefined,
};

function looseContext({ server }: GovernedHost, request: HostRequest): CallToolContext {
  return { server: server._serverInfo?.name ?? '', tool: '', arguments: {}, definition: undefined, request };
}

/** Raised refusals reach the client as JSON-RPC errors. */
function throwInHostForm(error: unknown): never {
  throw error instanceof GovernanceError ? new RefusedError(error) : error;
}
