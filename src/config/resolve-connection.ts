import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ConfigError } from '../errors/config-error.js';
import type { EnvironmentOptions } from './env.js';
import type { DecisionMode, GovernanceOptions } from './options.js';

/** How a controlplane is reached and asked. */
export interface ResolvedConnection {
  /** Its address, without a slash at the end. */
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly decisionMode: DecisionMode;
  /** Where the last good snapshot and audit events on their way are kept. */
  readonly stateFolder: string;
}

/** What of the options is about a controlplane. */
export type ConnectionOptions = Pick<GovernanceOptions, 'apiKey' | 'apiUrl' | 'decisionMode'>;

/**
 * Settles how a controlplane is reached; undefined without a key: standalone.
 *
 * An empty text is no key and no address: it is what an unset variable comes to in many programs.
 *
 * @throws ConfigError for a key without an address, and for a key or an address that cannot be one.
 */
export function resolveConnection(
  options: ConnectionOptions,
  environment: EnvironmentOptions,
  env: Readonly<Record<string, string | undefined>>,
): ResolvedConnection | undefined {
  const apiKey = options.apiKey || environment.apiKey;
  if (apiKey === undefined) return undefined;
  const apiUrl = options.apiUrl || environment.apiUrl;
  if (apiUrl === undefined)
    throw new ConfigError('apiKey needs apiUrl: the address of the controlplane, in code or in WAXELL_API_URL.');
  return Object.freeze({
    apiUrl: checkUrl(apiUrl),
    apiKey: checkKey(apiKey),
    decisionMode: options.decisionMode ?? environment.decisionMode ?? 'snapshot',
    stateFolder: stateFolder(env),
  });
}

/** Neither key nor address is quoted: a mistaken one may hold a password. */
function checkKey(key: string): string {
  if (/^[\x21-\x7e]{1,512}$/.test(key)) return key;
  throw new ConfigError('apiKey: must be 1 to 512 visible ASCII characters, as the controlplane showed it.');
}

function checkUrl(written: string): string {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) {
    throw new ConfigError('apiUrl: must be an https or http address, as in https://controlplane.example.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigError('apiUrl: must hold no user, password, query or fragment. The key goes into apiKey.');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Where state is kept, as the XDG Base Directory Specification has it: a path that is not absolute does not count. */
export function stateFolder({ XDG_STATE_HOME: home = '' }: Readonly<Record<string, string | undefined>>): string {
  return join(isAbsolute(home) ? home : join(homedir(), '.local', 'state'), 'mcp-governance');
}
