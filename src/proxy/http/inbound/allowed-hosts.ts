import type { IncomingMessage } from 'node:http';
import { ConfigError } from '../../../errors/config-error.js';
import { HttpRefusal, SERVER_ERROR } from './refusal.js';

/** How a machine calls itself. */
const LOCAL = ['localhost', '127.0.0.1', '[::1]'];
/** What stands for every address of a machine says nothing about its names. */
const ANY = ['0.0.0.0', '::', '[::]', ''];

/** Which names and pages lead to the proxy. */
export interface AllowedHosts {
  /**
   * Refuses a request for another host, or from a page of another origin: a page that rebinds its name to this address
   * would otherwise be let in by any browser.
   *
   * @throws HttpRefusal 403; 400 where there is no single `Host`.
   */
  check(request: IncomingMessage): void;
}

/**
 * Makes the check of hosts and origins.
 *
 * @throws ConfigError for what is no host or no origin.
 */
export function allowHosts(
  bound: string,
  {
    hosts,
    origins,
    published = [],
  }: { hosts: readonly string[] | undefined; origins: readonly string[] | undefined; published?: readonly string[] },
): AllowedHosts {
  const own = ANY.includes(bound) ? [] : [bound.includes(':') && !bound.startsWith('[') ? `[${bound}]` : bound];
  const names = new Set((hosts ?? [...LOCAL, ...own, ...published]).map(toHost));
  const pages = origins === undefined ? undefined : new Set(origins.map(toOrigin));
  const isAllowed = (host: string | undefined): boolean => host !== undefined && isAmong(names, host);
  return {
    check({ headers: { host, origin } }) {
      if (!isAllowed(host)) throw new HttpRefusal(403, SERVER_ERROR, 'Forbidden: this host is not served here.');
      if (origin === undefined) return;
      const page = readOrigin(origin);
      if (page === undefined || !(pages === undefined ? isAllowed(page.host) : pages.has(page.origin))) {
        throw new HttpRefusal(403, SERVER_ERROR, 'Forbidden: pages of this origin are not served here.');
      }
    },
  };
}

function isAmong(names: ReadonlySet<string>, host: string): boolean {
  const said = host.toLowerCase();
  return names.has(said) || names.has(said.replace(/:\d{1,5}$/, ''));
}

function toHost(given: string): string {
  const host = given.toLowerCase();
  if (/^(?:[a-z0-9_](?:[a-z0-9_.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/.test(host)) return host;
  throw new ConfigError(`allowedHosts: ${JSON.stringify(given)} is no host, such as proxy.example.com or [::1]:8080.`);
}

function toOrigin(given: string): string {
  const page = readOrigin(given);
  if (page !== undefined) return page.origin;
  throw new ConfigError(`allowedOrigins: ${JSON.stringify(given)} is no origin, such as https://app.example.com.`);
}

/** `null`, which sandboxed pages and files send, is nobody's origin. */
function readOrigin(text: string): URL | undefined {
  if (!/^https?:\/\/[^/?#@\\\s]+$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}
