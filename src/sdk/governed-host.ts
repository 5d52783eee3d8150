import type { CallToolContext, HostRequest } from '../call/host-request.js';
import type { ToolDefinition } from '../call/tool-call.js';
import type { HostServer } from './host-server.js';
import type { MiddlewareChain } from './middleware-chain.js';

/** What governing a server needs to know of its host. */
export interface GovernedHost {
  readonly server: HostServer;
  readonly chain: MiddlewareChain;
  /** What is known of a tool by its name. */
  readonly definitionOf: (tool: string) => ToolDefinition | undefined;
  /** The names of all tools, where the host can tell. */
  readonly toolNames?: () => readonly string[];
  /** What the host's authentication found, where the SDK does not say. */
  readonly authOf: (server: HostServer) => object | undefined;
  /** Runs the host's handler of a call that governance let through. */
  readonly within?: <T>(call: CallToolContext, run: () => T) => T;
  /** The call within which something happens, where the host can tell. */
  readonly callUnderWay?: () => CallToolContext | undefined;
}

/** What belongs to no call that anybody knows of is judged under this one: by the defaults of the server. */
export function looseContext({ server }: GovernedHost, request: HostRequest): CallToolContext {
  return { server: server._serverInfo?.name ?? '', tool: '', arguments: {}, definition: undefined, request };
}
