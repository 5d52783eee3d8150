import { constants, verify, type KeyObject } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../../call/json.js';
import { parseJson } from '../../../call/read-json.js';

/** What a token says, before anybody believes it. */
export interface UnverifiedToken {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signed: string;
  readonly signature: Buffer;
}

/** How each algorithm is verified, and the keys that it is for. None is symmetric: a public key is no secret. */
const ALGORITHMS: ReadonlyMap<unknown, (key: KeyObject, data: Buffer, signature: Buffer) => boolean> = new Map([
  ...[256, 384, 512].flatMap((bits) => [
    [`RS${bits}`, rsa(bits, constants.RSA_PKCS1_PADDING)] as const,
    [`PS${bits}`, rsa(bits, constants.RSA_PKCS1_PSS_PADDING)] as const,
  ]),
  ['ES256', ecdsa(256, 'prime256v1')],
  ['ES384', ecdsa(384, 'secp384r1')],
  ['EdDSA', (key, data, signature) => key.asymmetricKeyType === 'ed25519' && verify(null, data, key, signature)],
]);

/** Reads a JSON Web Token (RFC 7519) in its compact form; undefined for what is none, and for one that is encrypted. */
export function readToken(token: string): UnverifiedToken | undefined {
  const parts = token.split('.');
  const [head, body, signature] = parts;
  if (parts.length !== 3 || head === undefined || body === undefined || signature === undefined) return undefined;
  const [header, claims] = [readPart(head), readPart(body)];
  // A critical extension that nobody understands makes a token invalid (RFC 7515, 4.1.11).
  if (header === undefined || claims === undefined || header['crit'] !== undefined) return undefined;
  return { header, claims, signed: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') };
}

/** True where a key made the signature of a token, with an algorithm that is meant for it. */
export function isSignedBy({ header, signed, signature }: UnverifiedToken, key: KeyObject): boolean {
  try {
    return ALGORITHMS.get(header['alg'])?.(key, Buffer.from(signed), signature) === true;
  } catch {
    return false;
  }
}

/** True for an algorithm that is taken at all. */
export function isKnownAlgorithm(alg: unknown): boolean {
  return ALGORITHMS.has(alg);
}

function readPart(part: string): JsonObject | undefined {
  if (!/^[\w-]+$/.test(part)) return undefined;
  try {
    const value = parseJson(Buffer.from(part, 'base64url').toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function rsa(bits: number, padding: number): (key: KeyObject, data: Buffer, signature: Buffer) => boolean {
  return (key, data, signature) =>
    key.asymmetricKeyType === 'rsa' &&
    (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 &&
    verify(`sha${bits}`, data, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, signature);
}

function ecdsa(bits: number, curve: string): (key: KeyObject, data: Buffer, signature: Buffer) => boolean {
  return (key, data, signature) =>
    key.asymmetricKeyType === 'ec' &&
    key.asymmetricKeyDetails?.namedCurve === curve &&
    verify(`sha${bits}`, data, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
