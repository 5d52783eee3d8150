import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ConfigError } from '../../../errors/config-error.js';
import { HttpRefusal, SERVER_ERROR } from '../inbound/refusal.js';
import { bearerOf, type Authenticated, type Authenticator } from './caller.js';

/** A token, and the agent that was given it. */
export interface NamedToken {
  readonly name: string;
  readonly token: string;
}

/** Shorter ones can be guessed. */
const SHORTEST = 16;

/** Lets in whoever has one of some tokens. Only their SHA-256 hashes are kept, and all are compared, in constant time. */
export class BearerTokens implements Authenticator {
  readonly #known: readonly { readonly digest: Buffer; readonly found: Authenticated }[];

  /** @throws ConfigError for a token that is too short or cannot stand in a header, and for one that is there twice. */
  constructor(tokens: readonly (string | NamedToken)[]) {
    this.#known = tokens.map((given, at) => {
      const { name, token } = typeof given === 'string' ? { name: '', token: given } : given;
      if (token.length < SHORTEST || !/^[\w.~+/-]+=*$/.test(token)) {
        throw new ConfigError(
          `tokens[${at}] must have at least ${SHORTEST} characters, of letters, digits and - . _ ~ + / only.`,
        );
      }
      const digest = digestOf(token);
      const found: Authenticated = Object.freeze({
        caller: Object.freeze({ clientId: name, scopes: Object.freeze([]), extra: Object.freeze({}) }),
        owner: `token:${digest.toString('hex')}`,
      });
      return { digest, found };
    });
    if (new Set(this.#known.map(({ found }) => found.owner)).size < tokens.length) {
      throw new ConfigError('tokens: the same token is there twice.');
    }
  }

  /**
   * Finds out whose token a request brings.
   *
   * @throws HttpRefusal 401.
   */
  authenticate(request: IncomingMessage): Authenticated {
    const token = bearerOf(request);
    const digest = digestOf(token ?? '');
    let found: Authenticated | undefined;
    for (const known of this.#known) if (timingSafeEqual(known.digest, digest)) found = known.found;
    if (token !== undefined && found !== undefined) return found;
    const error = token === undefined ? '' : ', error="invalid_token"';
    throw new HttpRefusal(401, SERVER_ERROR, 'Unauthorized: send a valid bearer token.', {
      headers: { 'www-authenticate': `Bearer realm="mcp-governance"${error}` },
    });
  }
}

function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
