import type { BlockMode, GovernanceOptions } from '../config/options.js';
import type { HttpInboundOptions } from './http/inbound/options.js';
import type { RestartOptions } from './stdio/restarting-peer.js';
import type { StdioTarget } from './stdio/process-group.js';

/** A server that is reached over HTTP. */
export interface HttpTarget {
  readonly kind: 'http';
  readonly url: string;
  /** Sent with every request: what the proxy shows to be let in. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who decides about calls under review: the client's user, the controlplane's inbox, or nobody. */
export type Approve = 'elicit' | 'inbox' | 'none';

/** A server behind the proxy. */
export interface UpstreamOptions {
  /** The server's name for matching. Default: `governance.serverName`, else the name that the server gives itself. */
  readonly name?: string;
  readonly target: StdioTarget | HttpTarget;
  /** How its tools are governed. Pins are as `governance.pins` says; the program `mcp-governance proxy` pins by default. */
  readonly governance?: GovernanceOptions;
  /** Who decides about calls under review. Default: the inbox where a controlplane is connected, else the client's user. */
  readonly approve?: Approve;
  /** How a server that crashed is started again; a process only. */
  readonly restart?: RestartOptions;
  /**
   * Milliseconds that the server may say nothing about a request: neither an answer nor progress. Then the client gets an
   * error, the server is told that the request was cancelled, and what it answers later is dropped. Default: no limit.
   */
  readonly answerTimeoutMs?: number;
}

/** How clients reach the proxy: over its standard input and output. */
export interface StdioInbound {
  readonly kind: 'stdio';
  /** Default: the standard input of this process. */
  readonly input?: NodeJS.ReadableStream;
  /** Default: the standard output of this process. */
  readonly output?: NodeJS.WritableStream;
}

/** How clients reach the proxy: over streamable HTTP. */
export interface HttpInbound extends HttpInboundOptions {
  readonly kind: 'http';
}

/** How large what goes through may be. */
export interface ProxyLimits {
  /** Most bytes of a line or body of a client. Default 4,194,304. */
  readonly maxInboundBytes?: number;
  /** Most bytes of a line or event of a server. Default 33,554,432. */
  readonly maxOutboundBytes?: number;
}

/** Everything `startProxy` takes. */
export interface ProxyOptions {
  readonly inbound: StdioInbound | HttpInbound;
  /** The server; or several behind one endpoint, each with a `name`, by which its tools are prefixed. */
  readonly upstreams: readonly [UpstreamOptions, ...UpstreamOptions[]];
  readonly limits?: ProxyLimits;
}

/** What a refused caller gets where nothing is said. */
export const DEFAULT_BLOCK_MODE: BlockMode = 'error_result';
