import { hash } from 'node:crypto';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const NONE = 255;
const VALUES = valuesOf(ALPHABET);
const CHECK_LENGTH = 4;

/** True for a character of the alphabet of base58, which has no 0, O, I and l (Bitcoin, base58.h). */
export function isBase58(code: number): boolean {
  return code < 128 && VALUES[code] !== NONE;
}

/**
 * The version byte of an address in base58check; -1 if it is none.
 *
 * An address is a version, twenty bytes of a hash, and four bytes of a double SHA-256 as a check (Bitcoin,
 * base58check encoding).
 */
export function versionOfAddress(address: string): number {
  const bytes = decode(address, 1 + 20 + CHECK_LENGTH);
  if (bytes === undefined) {
    return -1;
  }
  const body = bytes.subarray(0, bytes.length - CHECK_LENGTH);
  const check = hash('sha256', hash('sha256', body, 'buffer'), 'buffer');
  for (let at = 0; at < CHECK_LENGTH; at += 1) {
    if (check[at] !== bytes[body.length + at]) {
      return -1;
    }
  }
  return bytes[0] as number;
}

/** Exactly so many bytes of a number to the base of 58; undefined if it has more, or another number of leading zeros. */
function decode(text: string, length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(length);
  let used = 0;
  for (let at = 0; at < text.length; at += 1) {
    let carry = VALUES[text.charCodeAt(at)] as number;
    for (let place = 0; place < used || carry > 0; place += 1) {
      if (place >= length) {
        return undefined;
      }
      carry += (bytes[length - 1 - place] as number) * 58;
      bytes[length - 1 - place] = carry & 0xff;
      carry >>= 8;
      used = Math.max(used, place + 1);
    }
  }
  let ones = 0;
  while (text.charAt(ones) === '1') {
    ones += 1;
  }
  return ones + used === length ? bytes : undefined;
}

function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(NONE);
  for (let at = 0; at < alphabet.length; at += 1) {
    values[alphabet.charCodeAt(at)] = at;
  }
  return values;
}
