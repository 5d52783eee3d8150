import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { instant, name } from './fields.js';
import { ADMINS, ANYBODY, ROLES } from './role.js';

/** A key, as it may be shown. */
export const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  created_at: instant,
  created_by: z.string(),
  last_used_at: instant.nullable().describe('To the minute.'),
  revoked_at: instant.nullable(),
});

/** A key, as it may be shown. */
export type WireApiKey = z.infer<typeof apiKey>;

/** A key that was just made. */
export const newApiKey = z.object({
  id: z.string(),
  key: z.string().describe('Shown this once and kept by nobody but you.'),
  name: z.string(),
  role: z.enum(ROLES),
});

const keyInput = z.strictObject({
  name: name().describe('Whose key it is: changes and approvals are recorded under it.'),
  role: z.enum(ROLES),
});

/** Makes a key. */
export const createKey = endpoint({
  id: 'createKey',
  method: 'POST',
  path: '/api/v1/keys',
  summary: 'Make a key.',
  roles: ADMINS,
  body: keyInput,
  status: 201,
  reply: newApiKey,
});

/** Lists keys. */
export const listKeys = endpoint({
  id: 'listKeys',
  method: 'GET',
  path: '/api/v1/keys',
  summary: 'All keys, revoked ones included.',
  roles: ADMINS,
  status: 200,
  reply: z.object({ keys: z.array(apiKey) }),
});

/** Revokes a key. */
export const revokeKey = endpoint({
  id: 'revokeKey',
  method: 'DELETE',
  path: '/api/v1/keys/{id}',
  summary: 'Revoke a key, and the links and sessions that were made with it. Other processes follow within a second.',
  roles: ADMINS,
  params: z.strictObject({ id: name(64) }),
  status: 204,
});

/** Makes a link that logs a person in. */
export const createLink = endpoint({
  id: 'createLink',
  method: 'POST',
  path: '/api/v1/links',
  summary:
    'Make a link that logs a person in, once, within a day. It ends with the key that made it, and so does the session.',
  roles: ADMINS,
  body: keyInput,
  status: 201,
  reply: z.object({ link: z.string(), name: z.string(), role: z.enum(ROLES), expires_at: instant }),
});

/** Who asks. */
export const session = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  csrf_token: z
    .string()
    .nullable()
    .describe('Send it as `X-CSRF-Token` with every request that changes something; null where you come with a key.'),
  expires_at: instant.nullable(),
});

/** Opens a session. */
export const openSession = endpoint({
  id: 'openSession',
  method: 'POST',
  path: '/api/v1/session',
  summary: 'Open a session with a key or a link: the answer sets a cookie (HttpOnly, SameSite=Strict).',
  roles: 'public',
  body: z.strictObject({ key: name().optional(), link: name().optional() }),
  status: 201,
  reply: session,
  errors: ['unauthorized', 'link_used', 'too_many_attempts'],
  replyHeaders: { 'Set-Cookie': 'The session: HttpOnly, SameSite=Strict.' },
});

/** Follows a link. */
export const followLink = endpoint({
  id: 'followLink',
  method: 'GET',
  path: '/login',
  summary: 'What a link leads to: opens a session and goes on to the web page.',
  roles: 'public',
  query: z.strictObject({ token: name() }),
  status: 303,
  errors: ['link_used', 'too_many_attempts'],
  replyHeaders: { 'Set-Cookie': 'The session: HttpOnly, SameSite=Strict.', Location: 'The web page.' },
});

/** Says who asks. */
export const readSession = endpoint({
  id: 'readSession',
  method: 'GET',
  path: '/api/v1/session',
  summary: 'Who you are, and what you may do.',
  roles: ANYBODY,
  status: 200,
  reply: session,
});

/** Closes the session. */
export const closeSession = endpoint({
  id: 'closeSession',
  method: 'DELETE',
  path: '/api/v1/session',
  summary: 'Close your session.',
  roles: ANYBODY,
  status: 204,
});

/** All endpoints of keys and sessions. */
export const KEY_ENDPOINTS = [
  createKey,
  listKeys,
  revokeKey,
  createLink,
  openSession,
  followLink,
  readSession,
  closeSession,
] as const;
