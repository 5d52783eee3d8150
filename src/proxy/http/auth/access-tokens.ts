import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../call/clock.js';
import type { JsonObject } from '../../../call/json.js';
import { HttpRefusal, SERVER_ERROR } from '../inbound/refusal.js';
import { bearerOf, type Authenticated, type Authenticator } from './caller.js';
import { isKnownAlgorithm, isSignedBy, readToken, type UnverifiedToken } from './json-web-token.js';
import { KeySet, KeysUnavailable } from './key-set.js';
import type { OAuthOptions } from './oauth-options.js';

/** How far two clocks may be apart. */
const LEEWAY_S = 60;

/** What is told of a caller besides its id and its scopes. */
const TOLD = ['iss', 'sub', 'email', 'username', 'azp', 'groups', 'roles'];

/** Lets in whoever brings an access token of one authorization server that is meant for this proxy (RFC 9068, RFC 8707). */
export class AccessTokens implements Authenticator {
  readonly #options: Required<OAuthOptions>;
  readonly #keys: KeySet;
  readonly #clock: Clock;
  readonly #metadataUrl: string;

  constructor(options: Required<OAuthOptions>, metadataUrl: string, clock: Clock) {
    this.#options = options;
    this.#metadataUrl = metadataUrl;
    this.#keys = new KeySet(options.jwksUrl, clock);
    this.#clock = clock;
  }

  /**
   * Finds out whose token a request brings.
   *
   * @throws HttpRefusal 401 without a valid token, 403 where it lacks a scope, 503 where the keys cannot be had.
   */
  async authenticate(request: IncomingMessage): Promise<Authenticated> {
    const bearer = bearerOf(request);
    if (bearer === undefined) throw this.#refusal(401, undefined, 'send an access token.');
    const token = readToken(bearer);
    if (token === undefined || !this.#isMeant(token)) throw this.#refusal(401, 'invalid_token', NOT_VALID);
    if (!(await this.#isSigned(token))) throw this.#refusal(401, 'invalid_token', NOT_VALID);
    const scopes = scopesOf(token.claims);
    if (!this.#options.scopes.every((scope) => scopes.includes(scope))) {
      throw this.#refusal(403, 'insufficient_scope', 'the access token lacks a scope.');
    }
    return toAuthenticated(token.claims, scopes);
  }

  #isMeant({ header, claims }: UnverifiedToken): boolean {
    const { issuer, audience } = this.#options;
    const { iss, aud, exp, nbf } = claims;
    const now = this.#clock.now() / 1000;
    const type = typeof header['typ'] === 'string' ? header['typ'].toLowerCase().replace(/^application\//, '') : '';
    return (
      isKnownAlgorithm(header['alg']) &&
      // An ID token is for whoever logs somebody in, and no key to anything.
      ['', 'jwt', 'at+jwt'].includes(type) &&
      iss === issuer &&
      (Array.isArray(aud) ? aud.includes(audience) : aud === audience) &&
      typeof exp === 'number' &&
      exp + LEEWAY_S > now &&
      (nbf === undefined || (typeof nbf === 'number' && nbf - LEEWAY_S <= now))
    );
  }

  async #isSigned(token: UnverifiedToken): Promise<boolean> {
    try {
      const keys = await this.#keys.candidates(token.header['kid']);
      return keys.some((key) => isSignedBy(token, key));
    } catch (fault) {
      if (!(fault instanceof KeysUnavailable)) throw fault;
      throw new HttpRefusal(503, SERVER_ERROR, 'Service Unavailable: nobody can tell whether the token is valid.', {
        headers: { 'retry-after': '30' },
      });
    }
  }

  #refusal(status: 401 | 403, error: string | undefined, why: string): HttpRefusal {
    const { scopes } = this.#options;
    const challenge = [
      ...(error === undefined ? [] : [`error="${error}"`]),
      ...(scopes.length === 0 ? [] : [`scope="${scopes.join(' ')}"`]),
      `resource_metadata="${this.#metadataUrl}"`,
    ].join(', ');
    return new HttpRefusal(status, SERVER_ERROR, `${status === 401 ? 'Unauthorized' : 'Forbidden'}: ${why}`, {
      headers: { 'www-authenticate': `Bearer ${challenge}` },
    });
  }
}

const NOT_VALID = 'the access token is not valid here.';

function scopesOf({ scope, scp }: JsonObject): readonly string[] {
  const said = scope ?? scp;
  if (typeof said === 'string') return said.split(' ').filter((each) => each !== '');
  return Array.isArray(said) ? said.filter((each): each is string => typeof each === 'string') : [];
}

function toAuthenticated(claims: JsonObject, scopes: readonly string[]): Authenticated {
  const { iss, sub, client_id: id, azp } = claims;
  const clientId = [id, azp].find((each): each is string => typeof each === 'string') ?? '';
  const extra = Object.fromEntries(TOLD.flatMap((name) => (name in claims ? [[name, claims[name]]] : [])));
  return {
    caller: Object.freeze({ clientId, scopes: Object.freeze(scopes), extra: Object.freeze(extra) }),
    owner: `oauth:${JSON.stringify([iss, sub, clientId])}`,
  };
}
