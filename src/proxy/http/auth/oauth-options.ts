import { ConfigError } from '../../../errors/config-error.js';

/** Whose access tokens are taken, and for what. */
export interface OAuthOptions {
  /** The authorization server: what `iss` of its tokens says, letter for letter. */
  readonly issuer: string;
  /** What `aud` of tokens for this proxy says. Default: `resource`. */
  readonly audience?: string;
  /** Where the authorization server publishes its keys (RFC 7517). */
  readonly jwksUrl: string;
  /** The address by which clients reach the proxy, such as `https://mcp.example.com/mcp`. */
  readonly resource: string;
  /** Scopes that every token needs. Default: none. */
  readonly scopes?: readonly string[];
}

/**
 * Checks and completes options.
 *
 * @throws ConfigError for addresses that are none, or that anybody between could change.
 */
export function resolveOAuth({
  issuer,
  audience,
  jwksUrl,
  resource,
  scopes = [],
}: OAuthOptions): Required<OAuthOptions> {
  requireUrl('oauth.issuer', issuer);
  requireUrl('oauth.jwksUrl', jwksUrl);
  requireUrl('oauth.resource', resource);
  if (scopes.some((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) {
    throw new ConfigError('oauth.scopes: a scope has no spaces, quotes or backslashes.');
  }
  return Object.freeze({ issuer, audience: audience ?? resource, jwksUrl, resource, scopes });
}

function requireUrl(option: string, value: string): void {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLocal = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
  if (!isSafe || url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new ConfigError(`${option} must be an https address, without a user and a fragment.`);
  }
}
