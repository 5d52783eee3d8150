import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from '../../call/canonical-json.js';
import { isJsonObject } from '../../call/json.js';
import { createPublicKeyText } from './signing-key.js';

/** An end of the record, signed: where it stood at some time, or where its beginning was cut off on purpose. */
export interface SignedHead {
  /** `checkpoint`: the newest event at that time. `pruned`: the newest of those that retention removed. */
  readonly kind: 'checkpoint' | 'pruned';
  /** The place of that event. */
  readonly seq: number;
  /** Its hash. */
  readonly hash: string;
  /** When it was signed, ISO 8601 in UTC. */
  readonly timestamp: string;
  /** The Ed25519 key that proves the signature: its DER form (SPKI) in base64. */
  readonly publicKey: string;
  /** Ed25519 (RFC 8032) over the canonical JSON of all other members, in base64. */
  readonly signature: string;
}

/** What is signed. */
export type UnsignedHead = Pick<SignedHead, 'kind' | 'seq' | 'hash' | 'timestamp'>;

/** Signs an end of the record. */
export function signHead(head: UnsignedHead, key: KeyObject): SignedHead {
  const signed = { ...head, publicKey: createPublicKeyText(key) };
  return { ...signed, signature: sign(null, Buffer.from(canonicalJson(signed)), key).toString('base64') };
}

/** Whether the signature of a head is that of its own key, and of `publicKey` where one is given. */
export function isSignatureGood(head: SignedHead, publicKey = head.publicKey): boolean {
  if (head.publicKey !== publicKey) return false;
  const { signature, ...signed } = head;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, Buffer.from(canonicalJson(signed)), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** Reads a head that somebody kept as JSON; undefined where it is none. Whether it is signed is another question. */
export function parseSignedHead(text: string): SignedHead | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const { kind, seq, hash, timestamp, publicKey, signature } = value;
  const texts = [hash, timestamp, publicKey, signature];
  if ((kind !== 'checkpoint' && kind !== 'pruned') || !Number.isSafeInteger(seq)) return undefined;
  if (!texts.every((each) => typeof each === 'string')) return undefined;
  return { kind, seq, hash, timestamp, publicKey, signature } as SignedHead;
}
