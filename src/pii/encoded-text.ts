import { ALPHANUMERIC, CLASSES } from './characters.js';

/** Sixteen characters of base64 are twelve bytes, which is about as short as a value gets. */
export const SHORTEST_ENCODED = 16;
const EQUALS = 0x3d;
const ALPHABET = tableOf('+/-_');
const DIGITS = valuesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');

/**
 * True if a long word begins as ASCII text does in base64 (RFC 4648); of other words of this length hardly one in
 * 100,000 does.
 */
export function beginsEncoded(text: string, at: number, end: number): boolean {
  if (end - at < SHORTEST_ENCODED || isOfAlphabet(text.charCodeAt(at - 1))) {
    return false;
  }
  for (let quad = at; quad < at + SHORTEST_ENCODED; quad += 4) {
    const bits =
      (digit(text, quad) << 18) | (digit(text, quad + 1) << 12) | (digit(text, quad + 2) << 6) | digit(text, quad + 3);
    if (!isPlain(bits >> 16) || !isPlain((bits >> 8) & 255) || !isPlain(bits & 255)) {
      return false;
    }
  }
  return true;
}

/** The end of the base64 that begins at a place, with its padding. */
export function endOfEncoded(text: string, at: number): number {
  let end = at;
  while (end < text.length && isOfAlphabet(text.charCodeAt(end))) end += 1;
  const padded = end;
  while (end < padded + 2 && text.charCodeAt(end) === EQUALS) end += 1;
  return end;
}

/** The text that a run of base64 stands for; undefined where it stands for anything but text. */
export function decoded(run: string): string | undefined {
  const plain = Buffer.from(run, 'base64').toString('utf8');
  return plain.includes('\ufffd') || plain.includes('\0') ? undefined : plain;
}

function isOfAlphabet(code: number): boolean {
  return ((CLASSES[code] as number) & ALPHANUMERIC) !== 0 || (code < 128 && ALPHABET[code] === 1);
}

function isPlain(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function digit(text: string, at: number): number {
  return DIGITS[text.charCodeAt(at) & 127] as number;
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  Array.from(characters, (character) => (table[character.charCodeAt(0)] = 1));
  return table;
}

function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128);
  Array.from(alphabet, (character, value) => (values[character.charCodeAt(0)] = value));
  // base64url has these in the last two places.
  values[0x2d] = 62;
  values[0x5f] = 63;
  return values;
}
