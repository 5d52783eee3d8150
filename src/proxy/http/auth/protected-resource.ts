import type { OAuthOptions } from './oauth-options.js';

/** Where RFC 9728 has the document about a protected resource. */
export const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** The address of the document about a resource, as its clients reach it. */
export function metadataUrlOf({ resource }: Pick<OAuthOptions, 'resource'>): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}${WELL_KNOWN}${pathname === '/' ? '' : pathname}`;
}

/** The document about the proxy as a protected resource (RFC 9728): who gives the tokens that it takes. */
export function toMetadata({ resource, issuer, scopes }: Required<OAuthOptions>): string {
  return JSON.stringify({
    resource,
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
  });
}
