import type { FastifyRequest } from 'fastify';
import type { Endpoint } from '../../wire/endpoint.js';
import type { Attempts } from '../attempts/attempts.js';
import type { Caller } from '../keys/caller.js';
import type { KeyStore } from '../keys/key-store.js';
import { csrfTokenOf, sameHash } from '../keys/secret.js';
import type { SessionStore } from '../keys/session-store.js';
import { Problem } from './problem.js';

/** The cookie of a session. */
export const SESSION_COOKIE = 'mcp_governance_session';

/** Longer than any key or cookie of ours. */
const LONGEST = 256;
const NOBODY = (): Promise<undefined> => Promise.resolve(undefined);

/** Where it is looked up who asks. */
export interface Credentials {
  readonly keys: KeyStore;
  readonly sessions: SessionStore;
  readonly attempts: Attempts;
}

/**
 * Says who asks, and refuses whoever may not: before any of the body is read.
 *
 * @throws Problem where too many wrong ones came from the address, without key and session, with unknown ones, with the wrong role, and where a session's request that
 *   changes something lacks its token.
 */
export function authenticate(
  request: FastifyRequest,
  endpoint: Endpoint,
  credentials: Credentials,
): Caller | Promise<Caller> {
  const caller = identify(request, credentials);
  if (!(caller instanceof Promise)) return permit(request, endpoint, caller);
  return caller.then((found) => permit(request, endpoint, found));
}

function permit(request: FastifyRequest, { roles, method }: Endpoint, caller: Caller | undefined): Caller {
  if (caller === undefined) throw new Problem('unauthorized', 'Send a valid key as X-Wax-Key, or open a session.');
  if (roles !== 'public' && !roles.includes(caller.role)) {
    throw new Problem('forbidden', `This needs one of the roles ${roles.join(', ')}; yours is ${caller.role}.`);
  }
  if (caller.session !== null && method !== 'GET' && !hasToken(request, caller.session)) throw new Problem('csrf');
  return caller;
}

function identify(
  request: FastifyRequest,
  { keys, sessions, attempts }: Credentials,
): Caller | undefined | Promise<Caller | undefined> {
  const key = keyOf(request);
  if (key !== undefined) {
    if (key.length > LONGEST) return attempts.run(request, false, NOBODY);
    return attempts.run(request, keys.isKnown(key), () => keys.find(key));
  }
  const { cookie } = request.headers;
  const session = cookie ? request.server.parseCookie(cookie)[SESSION_COOKIE] : undefined;
  if (session === undefined) return undefined;
  if (session.length > LONGEST) return attempts.run(request, false, NOBODY);
  return attempts.run(request, sessions.isKnown(session), () => sessions.find(session));
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const { authorization, 'x-wax-key': header } = headers;
  if (typeof header === 'string') return header;
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

function hasToken({ headers }: FastifyRequest, session: string): boolean {
  const token = headers['x-csrf-token'];
  return typeof token === 'string' && sameHash(token, csrfTokenOf(session));
}
