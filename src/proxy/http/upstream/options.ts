import type { Clock } from '../../../call/clock.js';
import { ConfigError } from '../../../errors/config-error.js';

/** How a server is reached over HTTP. */
export interface HttpUpstreamOptions {
  /** Its address: of streamable HTTP, or of the older transport with server-sent events. */
  readonly url: string;
  /** Sent with every request, such as `Authorization`. They go to this origin only, and into no log. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly limits?: HttpUpstreamLimits;
  /** Default: the machine's own time. */
  readonly clock?: Clock;
}

/** What a server over HTTP may do. */
export interface HttpUpstreamLimits {
  /** Most bytes of an answer, and of an event of a stream. Default 16,777,216. */
  readonly maxMessageBytes?: number;
  /** Milliseconds without any sign of life after which a request is given up. Default 300,000. */
  readonly silenceMs?: number;
  /** Milliseconds in which a connection has to be made. Default 10,000. */
  readonly connectMs?: number;
  /** Most requests of one session that wait for an answer. Default 1,024. */
  readonly maxWaiting?: number;
}

/** Options that are complete and were checked. */
export interface ResolvedUpstream {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: Required<HttpUpstreamLimits>;
}

const DEFAULT_LIMITS: Required<HttpUpstreamLimits> = {
  maxMessageBytes: 16 * 1024 ** 2,
  silenceMs: 300_000,
  connectMs: 10_000,
  maxWaiting: 1_024,
};

/** What the transport says itself, or HTTP does. */
const OWN = [
  ...['accept', 'accept-encoding', 'content-type', 'content-length', 'content-encoding', 'last-event-id'],
  ...[
    'host',
    'connection',
    'keep-alive',
    'transfer-encoding',
    'te',
    'trailer',
    'upgrade',
    'expect',
    'proxy-connection',
  ],
];

/**
 * Checks and completes options.
 *
 * @throws ConfigError for an address that is none, or has a user in it, and for headers that cannot be sent; it quotes no value.
 */
export function resolveUpstream({ url, headers = {}, limits = {} }: HttpUpstreamOptions): ResolvedUpstream {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || !['http:', 'https:'].includes(address.protocol)) {
    throw new ConfigError('url: the address of an upstream server begins with http:// or https://.');
  }
  if (address.username !== '' || address.password !== '') {
    throw new ConfigError('url: credentials belong into headers, not into the address of an upstream server.');
  }
  address.hash = '';
  const named = Object.entries(headers).map(([name, value]) => {
    const lower = name.toLowerCase();
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || OWN.includes(lower) || lower.startsWith('mcp-')) {
      throw new ConfigError(`headers: ${JSON.stringify(name)} cannot be sent to an upstream server.`);
    }
    if (typeof value !== 'string' || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new ConfigError(`headers: the value of ${name} is no text that a header can carry.`);
    }
    return [lower, value] as const;
  });
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return Object.freeze({
    url: address,
    headers: Object.freeze(Object.fromEntries(named)),
    limits: Object.freeze({ ...DEFAULT_LIMITS, ...Object.fromEntries(given) }),
  });
}
