/** Class bit of the decimal digits. */
export const DIGIT = 1;
/** Class bit of the upper case ASCII letters. */
export const UPPER = 2;
/** Class bit of the lower case ASCII letters. */
export const LOWER = 4;
/** Class bit of the letters a to f and A to F. */
export const HEX_LETTER = 8;
/** Class bit of the underscore. */
export const UNDERSCORE = 16;
/** Class bit of the hyphen. */
export const DASH = 32;
/** Class bit of the full stop. */
export const DOT = 64;
/** Class bit of what base64 adds to letters and digits: plus, slash and equals sign (RFC 4648, section 4). */
export const BASE64_SIGN = 128;

/** ASCII letters. */
export const LETTER = UPPER | LOWER;
/** ASCII letters and digits. */
export const ALPHANUMERIC = LETTER | DIGIT;
/** Hexadecimal digits of either case. */
export const HEX = DIGIT | HEX_LETTER;
/** The characters of `HEX`. */
export const HEX_DIGITS = '0123456789abcdefABCDEF';
/** The alphabet of base64url (RFC 4648, section 5). */
export const BASE64URL = ALPHANUMERIC | UNDERSCORE | DASH;
/** The alphabet of base64 with padding (RFC 4648, section 4). */
export const BASE64 = ALPHANUMERIC | BASE64_SIGN;

/**
 * The class bits of every UTF-16 code unit.
 *
 * All 65,536 are listed so that the inner loop needs no bounds check; what is not ASCII has no class.
 */
export const CLASSES: Uint8Array = classesOfAscii();

function classesOfAscii(): Uint8Array {
  const classes = new Uint8Array(65_536);
  const add = (characters: string, bits: number): void => {
    for (const character of characters) {
      const code = character.charCodeAt(0);
      classes[code] = (classes[code] ?? 0) | bits;
    }
  };
  add('0123456789', DIGIT);
  add('ABCDEFGHIJKLMNOPQRSTUVWXYZ', UPPER);
  add('abcdefghijklmnopqrstuvwxyz', LOWER);
  add('abcdefABCDEF', HEX_LETTER);
  add('_', UNDERSCORE);
  add('-', DASH);
  add('.', DOT);
  add('+/=', BASE64_SIGN);
  return classes;
}

/** The class bits of the character at an index; none outside the text. */
export function classAt(text: string, at: number): number {
  return at >= 0 && at < text.length ? (CLASSES[text.charCodeAt(at)] as number) : 0;
}

/** The index of the first character from `from` on that is in none of the classes of `mask`, at most `limit` further. */
export function endOfRun(text: string, from: number, mask: number, limit = Infinity): number {
  const last = Math.min(text.length, from + limit);
  let at = from;
  while (at < last && ((CLASSES[text.charCodeAt(at)] as number) & mask) !== 0) {
    at += 1;
  }
  return at;
}

/**
 * True where a word may begin: what stands before is no letter or digit, or is an escape sequence of JSON text
 * (`\n`, `\t`, RFC 8259, section 7), whose letter does not belong to the word.
 */
export function isWordStart(text: string, at: number): boolean {
  if ((classAt(text, at - 1) & ALPHANUMERIC) === 0) {
    return true;
  }
  return text.charCodeAt(at - 2) === 0x5c && 'nrtbf'.includes(text.charAt(at - 1));
}

/**
 * The three letters before an index as one number, without regard to case; the cheap test of how a word ends.
 *
 * What is no letter is folded too, which may confuse some signs but no letters.
 */
export function lastLetters(text: string, end: number): number {
  return end < 3 ? 0 : packed(text.charCodeAt(end - 3), text.charCodeAt(end - 2), text.charCodeAt(end - 1));
}

/** The endings, each of three letters, in the form of `lastLetters`. */
export function endingsOf(endings: string): ReadonlySet<number> {
  return new Set(endings.split(' ').map((ending) => lastLetters(ending, 3)));
}

function packed(first: number, second: number, third: number): number {
  return ((first | 0x20) << 16) | ((second | 0x20) << 8) | third | 0x20;
}

/** True if a text is mostly the sign that stands for others in documentation: the letter x, or an asterisk. */
export function isCrossedOut(text: string): boolean {
  let crosses = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    crosses += (code | 0x20) === 0x78 || code === 0x2a ? 1 : 0;
  }
  return crosses * 2 > text.length;
}

/** True if a text holds a decimal digit. */
export function hasDigit(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (((CLASSES[text.charCodeAt(at)] as number) & DIGIT) !== 0) {
      return true;
    }
  }
  return false;
}
