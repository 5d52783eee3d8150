import type { IncomingMessage } from 'node:http';

/** Who calls, as authentication found it: the form of `authInfo` in the MCP SDK, without the token. */
export interface Caller {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Who calls, and a name for it that is nobody else's: what sessions are bound to. */
export interface Authenticated {
  readonly caller: Caller;
  readonly owner: string;
}

/** Finds out who calls. */
export interface Authenticator {
  /** @throws HttpRefusal 401 or 403 for whoever may not, 503 where nobody can tell. */
  authenticate(request: IncomingMessage): Authenticated | Promise<Authenticated>;
}

/** Longer than any token of ours or of an authorization server. */
const LONGEST = 16_384;

/** The bearer token of a request; undefined where it has none. */
export function bearerOf({ headers: { authorization } }: IncomingMessage): string | undefined {
  if (authorization === undefined || authorization.length > LONGEST) return undefined;
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1];
}
