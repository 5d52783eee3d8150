import { hashSecret } from './secret.js';
import type { Role } from '../../wire/role.js';

/** Who asks. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
  /** The key they come with, or that their session or the link to it was made with. */
  readonly keyId: string | null;
  /** The session's secret; null for those who come with a key. */
  readonly session: string | null;
  readonly expiresAt: string | null;
}

/** Who asks, as one word to hold against another: the key, or the session where a link opened it. */
export function idOf({ keyId, session }: Caller): string {
  return keyId ?? `session:${hashSecret(session ?? '')}`;
}
