import type { Clock } from '../../../call/clock.js';
import type { OAuthOptions } from '../auth/oauth-options.js';
import type { NamedToken } from '../auth/bearer-tokens.js';

/** What clients over HTTP may do and how many of them. */
export interface HttpLimits {
  /** Most bytes of the body of a request. Default 4,194,304. */
  readonly maxBodyBytes?: number;
  /** Most sessions at once; where all are in use, a new one is refused. Default 256. */
  readonly maxSessions?: number;
  /** Milliseconds after which a session that nobody uses ends. Default 1,800,000 (30 minutes). */
  readonly sessionIdleMs?: number;
  /** Most requests and streams that are open at once, in all sessions. Default 1,024. */
  readonly maxStreams?: number;
  /** Most connections at once. Default 2,048. */
  readonly maxConnections?: number;
  /** Most bytes that a session keeps of what it sent, for clients that lost a connection. Default 1,048,576. */
  readonly replayBytes?: number;
  /** Milliseconds in which a client has to take what was sent, before its stream is cut. Default 30,000. */
  readonly slowReaderMs?: number;
  /** Milliseconds in which the head of a request has to come in. Default 10,000. */
  readonly headersMs?: number;
  /** Milliseconds in which a whole request has to come in. Default 60,000. */
  readonly requestMs?: number;
}

/** How clients over HTTP are let in. */
export interface HttpInboundOptions {
  /** Address or name to listen at. Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any that is free. */
  readonly port?: number;
  /** Default `/mcp`. */
  readonly path?: string;
  /** Bearer tokens of clients, each at least 16 characters; the name is who calls. They are kept as hashes. */
  readonly tokens?: readonly (string | NamedToken)[];
  /** Clients bring access tokens of this authorization server. */
  readonly oauth?: OAuthOptions;
  /**
   * Names and addresses by which clients may reach the proxy (header `Host`), with a port or for any port. Default: the
   * names of this machine for itself and the address it listens at.
   */
  readonly allowedHosts?: readonly string[];
  /** Origins of web pages that may use the proxy, such as `https://app.example.com`. Default: pages of allowed hosts. */
  readonly allowedOrigins?: readonly string[];
  /**
   * Whether requests of revisions without sessions are served, each of which is a session of its own. Default true.
   */
  readonly takesSingles?: boolean;
  readonly limits?: HttpLimits;
  /** Default: the machine's own time. */
  readonly clock?: Clock;
}

const DEFAULT_LIMITS: Required<HttpLimits> = {
  maxBodyBytes: 4 * 1024 ** 2,
  maxSessions: 256,
  sessionIdleMs: 30 * 60_000,
  maxStreams: 1_024,
  maxConnections: 2_048,
  replayBytes: 1024 ** 2,
  slowReaderMs: 30_000,
  headersMs: 10_000,
  requestMs: 60_000,
};

/** Limits with what was left out filled in. */
export function resolveLimits(limits: HttpLimits = {}): Required<HttpLimits> {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...DEFAULT_LIMITS, ...Object.fromEntries(given) });
}
