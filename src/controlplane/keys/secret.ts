import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What keys begin with. */
export const KEY_PREFIX = 'wax_sk_';

/** Makes a key: 256 bits of chance. */
export function newKey(): string {
  return KEY_PREFIX + newToken();
}

/** Makes the secret part of a session or a link. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** How a secret is kept: SHA-256 in hex. It has 256 bits of chance, so that a slow hash would add nothing. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret);
}

/** Compares two hashes in constant time. */
export function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The token against forged requests of a session: follows from the session's secret, which no page can read. */
export function csrfTokenOf(session: string): string {
  return hash('sha256', `csrf:${session}`, 'base64url');
}
