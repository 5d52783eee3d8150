import type { CallHost } from './call-host.js';
import type { JsonObject } from './json.js';
import type { Door, ToolDefinition } from './tool-call.js';

/** The name and version a client gives itself when it connects. */
export interface ClientInfo {
  readonly name?: string;
  readonly version?: string;
}

/** What a host knows about the request that carries a call, in one shape for all hosts. */
export interface HostRequest {
  readonly door: Door;
  readonly sessionId: string | undefined;
  /** The request's `_meta`, as the client sent it. */
  readonly meta: JsonObject | undefined;
  /** Aborted when the client cancels or is gone. */
  readonly signal: AbortSignal | undefined;
  /** What the host's authentication found: `authInfo` of the MCP SDK, `session` of fastmcp. */
  readonly auth: object | undefined;
  /** The client's own word about itself: not to be trusted. */
  readonly client: ClientInfo | undefined;
  /** `pipe` for stdio and in-process transports, `tcp` for HTTP (OpenTelemetry's `network.transport`). */
  readonly transport: 'pipe' | 'tcp' | undefined;
}

/** Stands for a request at a door where something belongs to none. */
export function noRequest(door: Door): HostRequest {
  return {
    door,
    sessionId: undefined,
    meta: undefined,
    signal: undefined,
    auth: undefined,
    client: undefined,
    transport: undefined,
  };
}

/** One call as a middleware sees it. */
export interface CallToolContext {
  /** The host server's own name. */
  readonly server: string;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly definition: ToolDefinition | undefined;
  readonly request: HostRequest;
  /** What the door can do while the call waits for a person. */
  readonly host?: CallHost;
}

/** A `tools/call` that is none: its name is no string or its arguments are no object. */
export interface InvalidCallContext {
  /** The host server's own name. */
  readonly server: string;
  /** The name of the tool; undefined where it is none. */
  readonly tool: string | undefined;
  readonly definition: ToolDefinition | undefined;
  readonly request: HostRequest;
}

/** Which part of a list of tools an answer is. */
export interface ListPage {
  /** What the page before gave; undefined for the first. */
  readonly cursor: string | undefined;
  /** What the next page is asked by; undefined for the last. */
  readonly nextCursor: string | undefined;
}

/** One `tools/list` as a middleware sees it. */
export interface ListToolsContext {
  readonly server: string;
  readonly request: HostRequest;
  /** Looks up what a listed tool's author attached to it. */
  definitionOf(tool: string): ToolDefinition | undefined;
  /** Which page `next` answered with; to be asked once it has. Absent where lists have one page. */
  page?(): ListPage;
  /** What the server tells models to do with it; undefined where it tells nothing. Absent where the door does not know. */
  instructions?(): string | undefined;
}

/** A tool as listed: at least a name. */
export interface ListedTool {
  readonly name: string;
  readonly [member: string]: unknown;
}

/** A message that a running call sends to its client before its result: progress, log lines, streamed content. */
export interface CallNotification {
  readonly method: string;
  readonly params?: JsonObject | undefined;
}

/**
 * What `addMiddleware` takes. All parts are optional; middlewares run in the order in which they were added.
 *
 * A middleware may answer by itself, pass on changed arguments (`next({ ...context, arguments })`), change the result,
 * or throw, which the host turns into its own form of error.
 */
export interface Middleware {
  /** Wraps a call; `next` runs the middlewares behind it and then the tool. */
  onCallTool?(context: CallToolContext, next: (context: CallToolContext) => Promise<unknown>): Promise<unknown>;
  /** Is told of a call that is none, which the host refuses whatever is said here. */
  onInvalidCall?(context: InvalidCallContext): void | Promise<void>;
  /** Wraps a list of tools. */
  onListTools?(
    context: ListToolsContext,
    next: (context: ListToolsContext) => Promise<readonly ListedTool[]>,
  ): Promise<readonly ListedTool[]>;
  /** Looks at what a running call sends ahead of its result: gives back what may leave, or undefined for nothing. */
  onCallNotification?(
    context: CallToolContext,
    notification: CallNotification,
  ): CallNotification | undefined | Promise<CallNotification | undefined>;
  /** Looks at a result that is fetched later than its call was answered (`tasks/result`, `tasks/get`). */
  onTaskResult?(context: CallToolContext, result: unknown): Promise<unknown>;
}
