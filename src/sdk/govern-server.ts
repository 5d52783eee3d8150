import type { CallToolContext, ListedTool } from '../call/host-request.js';
import { pageOf } from '../call/list-page.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { TASK_METHODS } from '../enforcement/late-answers.js';
import { TaskCalls } from '../enforcement/task-calls.js';
import { ConfigError } from '../errors/config-error.js';
import { askTask } from './ask-task.js';
import type { CallLeg } from './call-leg.js';
import { CallLegs, resumeCall } from './call-legs.js';
import type { GovernedHost } from './governed-host.js';
import type { HostServer, RawRequest, RequestHandler } from './host-server.js';
import type { MiddlewareChain } from './middleware-chain.js';
import { filterSent, governLooseNotifications } from './notifications.js';
import { filterNotifications, toHostRequest } from './request-context.js';
import { InvalidRequestError, throwInHostForm } from '../enforcement/rpc-errors.js';

/** Of all servers of the process: the one that is asked for a task need not be the one that began it. */
const tasks = new TaskCalls();

/** What each server itself answers to `tools/list`: how its tools are defined at that moment. */
const listHandlers = new WeakMap<HostServer, RequestHandler>();

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
  const set = (method: string, handler: RequestHandler): typeof handlers => {
    if (method === 'tools/list') listHandlers.set(server, handler);
    return Map.prototype.set.call(handlers, method, governHandler(host, method, handler)) as typeof handlers;
  };
  Object.defineProperty(handlers, 'set', { value: set });
  for (const method of TASK_METHODS) {
    const early = handlers.get(method);
    if (early !== undefined) set(method, early);
  }
  governFallback(host);
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

function governHandler(host: GovernedHost, method: string, handler: RequestHandler): RequestHandler {
  if (method === 'tools/call') return (request, extra) => callTool(host, handler, request, extra);
  if (method === 'tools/list') return (request, extra) => listTools(host, handler, request, extra);
  if (TASK_METHODS.includes(method)) return (request, extra) => askTask(host, tasks, handler, request, extra);
  return handler;
}

function callTool(
  host: GovernedHost,
  handler: RequestHandler,
  request: RawRequest,
  extra: JsonObject,
): Promise<unknown> {
  const { name, arguments: args = {} } = request.params ?? {};
  // A handler with a schema of its own might accept what nobody could judge.
  if (typeof name !== 'string' || !isJsonObject(args)) return refuseInvalid(host, name, request, extra);
  const { server, chain } = host;
  const leg: CallLeg = { host, handler, request, extra, listTools: listHandlers.get(server) };
  const asked = toHostRequest(server, request, extra, host.authOf);
  const resumed = resumeCall(leg, args, asked);
  if (resumed !== undefined) return resumed;
  const legs = new CallLegs(leg, name, args, asked);
  const context: CallToolContext = {
    server: server._serverInfo?.name ?? '',
    tool: name,
    arguments: args,
    definition: host.definitionOf(name),
    request: legs.lasting(asked),
    host: legs,
  };
  const called = chain.callTool(context, (judged) => {
    if (judged.tool !== name) return Promise.reject(renamed(name, judged.tool));
    return runTool(legs.leg, chain, judged);
  });
  const answered = Promise.resolve(called).then((result) => {
    // The SDK would send nothing at all, and leave the client waiting.
    if (result === undefined)
      throw new ConfigError('A middleware answered with nothing: it must return next(context).');
    tasks.remember(result, context);
    return result;
  }, throwInHostForm);
  return legs.answer(answered);
}

/** Runs the host's handler within the request that waits for its result. */
function runTool({ host, handler, request, extra }: CallLeg, chain: MiddlewareChain, judged: CallToolContext) {
  if (chain.filtersNotifications) filterNotifications(extra, (sent) => filterSent(chain, judged, sent));
  const sent = withJudged(request, judged.arguments);
  if (host.within === undefined) return handler(sent, extra) as Promise<unknown>;
  return host.within(judged, () => handler(sent, extra) as Promise<unknown>);
}

/** A call that is none leaves its event all the same. */
async function refuseInvalid(
  { server, chain, definitionOf, authOf }: GovernedHost,
  name: unknown,
  request: RawRequest,
  extra: JsonObject,
): Promise<never> {
  const tool = typeof name === 'string' ? name : undefined;
  await chain.invalidCall({
    server: server._serverInfo?.name ?? '',
    tool,
    definition: tool === undefined ? undefined : definitionOf(tool),
    request: toHostRequest(server, request, extra, authOf),
  });
  throw new InvalidRequestError();
}

/** Another tool than the one that was judged would run. */
function renamed(asked: string, judged: string): ConfigError {
  return new ConfigError(
    `A middleware passed the call of ${asked} on as ${judged}: refused. It may change arguments, not the tool.`,
  );
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
    page: () => pageOf(request.params, listed),
    instructions: () => server._instructions,
  };
  const tools = await chain.listTools(context, async () => {
    listed = (await handler(request, extra)) as JsonObject;
    return listed['tools'] as readonly ListedTool[];
  });
  return { ...listed, tools };
}

/** A handler for all unknown methods could answer `tools/call` without ever being registered for it. */
function governFallback(host: GovernedHost): void {
  let fallback = host.server.fallbackRequestHandler;
  Object.defineProperty(host.server, 'fallbackRequestHandler', {
    configurable: true,
    enumerable: true,
    get: () =>
      fallback &&
      ((request: RawRequest, extra: JsonObject) =>
        governHandler(host, request.method, fallback as RequestHandler)(request, extra)),
    set: (handler: RequestHandler | undefined) => {
      fallback = handler;
    },
  });
}
