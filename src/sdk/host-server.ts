import { isJsonObject, type JsonObject } from '../call/json.js';
import { ConfigError } from '../errors/config-error.js';

/** A JSON-RPC request as the SDK hands it to a request handler. */
export interface RawRequest {
  readonly jsonrpc?: unknown;
  readonly id?: unknown;
  readonly method: string;
  readonly params?: JsonObject | undefined;
}

/** A request handler as both lines of the SDK keep it: it gets the request as it came, before it is validated. */
export type RequestHandler = (request: RawRequest, extra: JsonObject) => unknown;

/**
 * What we use of the low-level `Server` of SDK 1.x and 2.x.
 *
 * Neither has server middleware. The map of request handlers is the one place that every registration passes,
 * whichever class or method made it; both lines have it under this name, and its absence is an error, not a bypass.
 */
export interface HostServer {
  readonly _requestHandlers: Map<string, RequestHandler>;
  readonly _serverInfo?: { readonly name?: string };
  readonly _instructions?: string | undefined;
  /** Of 2.x. */
  readonly _negotiatedProtocolVersion?: string | undefined;
  fallbackRequestHandler?: RequestHandler | undefined;
  notification(notification: RawRequest, options?: unknown): Promise<void>;
  getClientCapabilities?(): object | undefined;
  getClientVersion?(): { readonly name?: string; readonly version?: string } | undefined;
}

/** A tool as `McpServer` of both lines keeps it. */
export interface RegisteredTool {
  readonly handler?: unknown;
  readonly annotations?: JsonObject;
}

/** What we use of `McpServer` of SDK 1.x and 2.x. */
export interface HighLevelServer {
  readonly server: HostServer;
  readonly _registeredTools: Readonly<Record<string, RegisteredTool>>;
}

/**
 * Finds the low-level server inside whatever the user handed over.
 *
 * @throws ConfigError for anything that is no server, or one of a version that we do not know.
 */
export function findHostServer(server: object): HostServer {
  const inner = isHighLevel(server) ? server.server : server;
  const { _requestHandlers: handlers } = inner as Partial<HostServer>;
  if (typeof (handlers as Partial<Map<unknown, unknown>> | undefined)?.set === 'function') return inner as HostServer;
  throw new ConfigError(
    'withMiddleware takes an McpServer or Server of @modelcontextprotocol/sdk 1.x or @modelcontextprotocol/server 2.x.',
  );
}

/** True for an `McpServer`, which knows its tools; the low-level `Server` does not. */
export function isHighLevel(server: object): server is HighLevelServer {
  const { server: inner, _registeredTools: tools } = server as Partial<HighLevelServer>;
  return typeof inner === 'object' && isJsonObject(tools);
}
