import { lookup } from 'node:dns/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { BlockList, isIP, type AddressInfo } from 'node:net';
import { systemClock } from '../../../call/clock.js';
import { ConfigError } from '../../../errors/config-error.js';
import { AccessTokens } from '../auth/access-tokens.js';
import { BearerTokens } from '../auth/bearer-tokens.js';
import type { Authenticator } from '../auth/caller.js';
import { resolveOAuth, type OAuthOptions } from '../auth/oauth-options.js';
import { metadataUrlOf, toMetadata, WELL_KNOWN } from '../auth/protected-resource.js';
import { allowHosts } from './allowed-hosts.js';
import { Endpoint, type OnSession } from './endpoint.js';
import { resolveLimits, type HttpInboundOptions } from './options.js';
import { HttpRefusal, refuse, sendJson, SERVER_ERROR } from './refusal.js';
import { checkOnce } from './request-head.js';
import { Sessions } from './sessions.js';

/** The end of the proxy that clients reach over HTTP. */
export interface HttpInbound {
  /**
   * Begins to listen.
   *
   * @throws ConfigError where anybody elsewhere could reach it and nobody is asked who he is.
   */
  listen(): Promise<{ readonly url: string }>;
  /** Says who is told of sessions; before that, all are refused. */
  onSession(told: OnSession): void;
  /** Ends all sessions, streams and connections. */
  close(): Promise<void>;
}

const LARGEST_HEAD = 16 * 1024;
const KEEP_ALIVE_MS = 60_000;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Makes the end of the proxy that clients reach over streamable HTTP.
 *
 * Every request is asked in this order, and refused at the first that fails: its path, its host and origin, who it comes
 * from, its method, its head, its size, its JSON, whether headers and body agree, its session.
 *
 * @throws ConfigError for options that cannot be right; for both tokens and OAuth.
 */
export function createHttpInbound(options: HttpInboundOptions): HttpInbound {
  const { host = '127.0.0.1', port = 0, path = '/mcp', clock = systemClock } = options;
  if (!/^\/[\w./~-]*$/.test(path) || path === '/healthz') throw new ConfigError('path must be one, such as /mcp.');
  const limits = resolveLimits(options.limits);
  const oauth = options.oauth === undefined ? undefined : resolveOAuth(options.oauth);
  const authenticator = toAuthenticator(options, oauth);
  const hosts = allowHosts(host, {
    hosts: options.allowedHosts,
    origins: options.allowedOrigins,
    // Who publishes an address for the proxy means it to be reached there.
    published: oauth === undefined ? [] : [new URL(oauth.resource).host],
  });
  const sessions = new Sessions(limits, clock);
  let told: OnSession | undefined;
  const endpoint = new Endpoint({
    ...{ sessions, limits, clock, takesSingles: options.takesSingles ?? true },
    onSession: (peer, caller) => {
      if (told === undefined) throw new HttpRefusal(503, SERVER_ERROR, 'Service Unavailable.');
      told(peer, caller);
    },
  });

  function toAuthenticator(
    { tokens }: HttpInboundOptions,
    resolved: Required<OAuthOptions> | undefined,
  ): Authenticator | undefined {
    if (tokens !== undefined && resolved !== undefined) throw new ConfigError('Give either tokens or oauth, not both.');
    if (resolved !== undefined) return new AccessTokens(resolved, metadataUrlOf(resolved), clock);
    if (tokens === undefined) return undefined;
    if (tokens.length === 0) throw new ConfigError('tokens is empty: nobody could be let in.');
    return new BearerTokens(tokens);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = (request.url ?? '').split('?', 1)[0];
    if (at === '/healthz' && request.method === 'GET') {
      sendJson(response, 200, '{"status":"ok"}');
      return;
    }
    checkOnce(request);
    hosts.check(request);
    if (oauth !== undefined && request.method === 'GET' && (at === WELL_KNOWN || at === `${WELL_KNOWN}${path}`)) {
      sendJson(response, 200, toMetadata(oauth));
      return;
    }
    if (at !== path) throw new HttpRefusal(404, SERVER_ERROR, 'Not Found.');
    // Not awaited where it need not be: every await costs every call a turn.
    const found = authenticator?.authenticate(request);
    const { caller, owner } = (found instanceof Promise ? await found : found) ?? { caller: undefined, owner: '' };
    await endpoint.serve(request, response, { caller, owner });
  }

  const server = createServer(
    {
      maxHeaderSize: LARGEST_HEAD,
      headersTimeout: limits.headersMs,
      requestTimeout: Math.max(limits.requestMs, limits.headersMs),
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
      insecureHTTPParser: false,
    },
    (request, response) => {
      response.on('error', () => undefined);
      answer(request, response).catch((fault: unknown) => {
        const refusal = fault instanceof HttpRefusal ? fault : new HttpRefusal(500, -32603, 'Internal error.');
        refuse(response, refusal);
      });
    },
  );
  server.maxConnections = limits.maxConnections;

  return {
    async listen() {
      const address = isIP(host) === 0 ? (await lookup(host)).address : host;
      if (authenticator === undefined && !loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) {
        throw new ConfigError(
          `The proxy would be open to anybody who reaches ${host}: give it tokens or oauth, or have it listen at 127.0.0.1.`,
        );
      }
      const bound = await bind(server, address, port);
      const name = isIP(host) === 6 ? `[${host}]` : host;
      return { url: `http://${name}:${bound.port}${path}` };
    },
    onSession(given) {
      told = given;
    },
    async close() {
      sessions.close();
      endpoint.close();
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      // What was just answered is written; whoever does not read it is cut off.
      const callOff = systemClock.after(LAST_ANSWERS_MS, () => server.closeAllConnections());
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      await closed;
      callOff();
      clearInterval(sweep);
    },
  };
}

/** How long the last answers may take. */
const LAST_ANSWERS_MS = 1_000;
/** How often connections that have fallen idle are closed meanwhile. */
const SWEEP_MS = 20;

function bind(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}
