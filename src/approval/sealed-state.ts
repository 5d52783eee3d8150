import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** By this a state of ours is told from a tool's own. */
const PREFIX = 'mcp-governance.1.';
/** The longest state that is looked at. */
const MAX_CHARACTERS = 1024;

/** Who holds it can neither read, change nor make such a state: the key never leaves this process, and ends with it. */
const key = randomBytes(32);

/** True for a text that has the form of a sealed state; whether it is one is for `openState` to find out. */
export function looksSealed(state: unknown): state is string {
  return typeof state === 'string' && state.startsWith(PREFIX);
}

/**
 * Seals what a client has to bring back (AES-256-GCM, NIST SP 800-38D).
 *
 * @param content - What is in it.
 * @param bound - What it belongs to: with anything else it does not open.
 */
export function sealState(content: string, bound: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(bound));
  const sealed = Buffer.concat([iv, cipher.update(content, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return PREFIX + sealed.toString('base64url');
}

/** What was sealed; undefined where it was not sealed by this process, belongs to something else, or was changed. */
export function openState(state: string, bound: string): string | undefined {
  if (!looksSealed(state) || state.length > MAX_CHARACTERS) return undefined;
  const sealed = Buffer.from(state.slice(PREFIX.length), 'base64url');
  if (sealed.length < IV_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(bound)).setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
