import type { FastifyReply, FastifyRequest } from 'fastify';
import * as wire from '../../wire/keys.js';
import { type Credentials, SESSION_COOKIE } from '../http/authenticate.js';
import { notFound, Problem } from '../http/problem.js';
import { type AddRoute, ANSWERED } from '../http/route.js';
import type { Caller } from './caller.js';
import { csrfTokenOf } from './secret.js';
import { SESSION_MS } from './session-store.js';

/** Where a link leads to. */
export function linkTo(address: string, token: string): string {
  return `${address}${wire.followLink.path}?token=${token}`;
}

/**
 * Answers what is asked about keys and sessions.
 *
 * @param address - Says under which address people reach the service; cookies are `Secure` where it is https.
 */
export function addKeyRoutes(add: AddRoute, credentials: Credentials, address: () => string): void {
  const { keys, sessions, attempts } = credentials;
  const setCookie = (reply: FastifyReply, session: string | null, seconds = SESSION_MS / 1000): void => {
    const cookie = reply.server.serializeCookie(SESSION_COOKIE, session ?? '', {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: address().startsWith('https:'),
      maxAge: seconds,
    });
    void reply.header('set-cookie', cookie);
  };

  add(wire.createKey, async ({ body, caller }) => keys.create(body.name, body.role, caller.name));
  add(wire.listKeys, async () => ({ keys: [...(await keys.list())] }));
  add(wire.revokeKey, async ({ params }) => {
    if (!(await keys.revoke(params.id))) throw notFound('key');
    return undefined;
  });
  add(wire.createLink, async ({ body, caller }) => {
    const { token, expiresAt } = await sessions.createLink(body.name, body.role, caller.keyId);
    return { link: linkTo(address(), token), ...body, expires_at: expiresAt };
  });
  add(wire.openSession, async ({ body, request, reply }) => {
    const opened = await open(body, request, credentials);
    setCookie(reply, opened.session);
    return toSession(opened);
  });
  add(wire.followLink, async ({ query: { token }, request, reply }) => {
    const opened = await attempts.run(request, sessions.isKnown(token), () => sessions.followLink(token));
    if (opened === undefined) throw new Problem('link_used');
    setCookie(reply, opened.session);
    void reply.redirect('/', 303);
    return ANSWERED;
  });
  add(wire.readSession, ({ caller }) => toSession(caller));
  add(wire.closeSession, async ({ caller, reply }) => {
    if (caller.session !== null) await sessions.close(caller.session);
    setCookie(reply, null, 0);
    return undefined;
  });
}

async function open(
  { key, link }: { key?: string | undefined; link?: string | undefined },
  request: FastifyRequest,
  { keys, sessions, attempts }: Credentials,
): Promise<Caller> {
  if ((key === undefined) === (link === undefined)) throw new Problem('invalid_request', 'body: send key, or link.');
  if (link !== undefined) {
    const opened = await attempts.run(request, sessions.isKnown(link), () => sessions.followLink(link));
    if (opened === undefined) throw new Problem('link_used');
    return opened;
  }
  const secret = key ?? '';
  const holder = await attempts.run(request, keys.isKnown(secret), () => keys.find(secret));
  const opened = holder && (await sessions.open(holder));
  if (opened === undefined) throw new Problem('unauthorized', 'This key is unknown or revoked.');
  return opened;
}

function toSession({ name, role, session, expiresAt }: Caller): {
  name: string;
  role: Caller['role'];
  csrf_token: string | null;
  expires_at: string | null;
} {
  return { name, role, csrf_token: session === null ? null : csrfTokenOf(session), expires_at: expiresAt };
}
