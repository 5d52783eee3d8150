import { ALPHANUMERIC, classAt, DIGIT } from './characters.js';

/** No character stands for this one; otherwise the code of the one that does, or `UNSEEN`. */
const ITSELF = 0;
/** The character cannot be seen: nothing is read for it. */
const UNSEEN = 1;
const PLAIN = plainCharacters();

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const SLASH = 0x2f;
const QUOTE = 0x22;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const LOWER_U = 0x75;
/** The first halves of the tag characters (U+E0000) and of the variation selectors supplement (U+E0100). */
const SUPPLEMENT = 0xdb40;

/** The code units at which a disguise may begin, besides the backslash. */
export const DISGUISES: readonly number[] = [
  PERCENT,
  SUPPLEMENT,
  ...Array.from(PLAIN.keys()).filter((code) => PLAIN[code] !== ITSELF),
];

/**
 * What stands at a place of a text in another form:
 *
 * - a percent-encoded ASCII character (RFC 3986, section 2.1): `%40`;
 * - an escape sequence of JSON (RFC 8259, section 7) for a character that needs none: `\u0040`, `\/`;
 * - a full-width letter or digit, a digit of another script, a space or hyphen of another kind (Unicode, NFKC);
 * - a character that cannot be seen: zero-width, a direction mark, a tag, a variation selector.
 *
 * One instance is filled again and again; nobody keeps it.
 */
export class Disguise {
  /** Where it ends. */
  end = 0;
  /** The code of the character that is read in its place; undefined for one that cannot be seen. */
  plain: number | undefined;

  /** Reads what stands at a place; false if that is what it looks like. */
  read(text: string, at: number): boolean {
    const code = text.charCodeAt(at);
    if (code === PERCENT) {
      const byte = hexadecimal(text, at + 1, 2);
      return isPlainAscii(byte) && this.#is(at + 3, byte);
    }
    if (code === BACKSLASH) {
      return this.#readEscape(text, at);
    }
    if (code === SUPPLEMENT) {
      return this.#is(at + 2, UNSEEN);
    }
    const plain = PLAIN[code] as number;
    return plain !== ITSELF && this.#is(at + 1, plain);
  }

  #readEscape(text: string, at: number): boolean {
    const next = text.charCodeAt(at + 1);
    if (next === SLASH) {
      return this.#is(at + 2, SLASH);
    }
    const code = next === LOWER_U ? hexadecimal(text, at + 2, 4) : -1;
    // What JSON must escape keeps its escape, so that a quotation mark inside a string does not end it.
    if (code < 0 || code === QUOTE || code === BACKSLASH) {
      return false;
    }
    const plain = isPlainAscii(code) ? code : (PLAIN[code] as number);
    return plain !== ITSELF && this.#is(at + 6, plain);
  }

  #is(end: number, plain: number): true {
    this.end = end;
    this.plain = plain === UNSEEN ? undefined : plain;
    return true;
  }
}

const disguise = new Disguise();

/**
 * True if what stands at a place may hide a value. Spaces, hyphens and what cannot be seen are common in text that hides
 * nothing, so they count only where they touch what values are made of.
 */
export function mayHide(text: string, at: number): boolean {
  if (!disguise.read(text, at)) {
    return false;
  }
  switch (disguise.plain) {
    case undefined:
      return ((classAt(text, disguise.end) | classAt(text, at - 1)) & ALPHANUMERIC) !== 0;
    case SPACE:
    case HYPHEN:
      return text.charCodeAt(at) === PERCENT || (classAt(text, disguise.end) & DIGIT) !== 0;
    default:
      return true;
  }
}

function isPlainAscii(code: number): boolean {
  return code >= 0x20 && code < 0x7f;
}

/** The number that so many hexadecimal digits stand for; -1 if they are none. */
function hexadecimal(text: string, at: number, length: number): number {
  let value = 0;
  for (let index = at; index < at + length; index += 1) {
    const code = text.charCodeAt(index);
    const lower = code | 0x20;
    if (code >= 0x30 && code <= 0x39) {
      value = value * 16 + code - 0x30;
    } else if (lower >= 0x61 && lower <= 0x66) {
      value = value * 16 + lower - 0x57;
    } else {
      return -1;
    }
  }
  return value;
}

function plainCharacters(): Uint16Array {
  const plain = new Uint16Array(65_536);
  const counted = (from: number, to: number, first: string): void => {
    for (let code = from; code <= to; code += 1) plain[code] = first.charCodeAt(0) + code - from;
  };
  // Full-width forms.
  counted(0xff10, 0xff19, '0');
  counted(0xff20, 0xff3a, '@');
  counted(0xff41, 0xff5a, 'a');
  // Digits: Arabic-Indic, extended Arabic-Indic, Devanagari.
  [0x0660, 0x06f0, 0x0966].forEach((zero) => counted(zero, zero + 9, '0'));
  // Spaces, and hyphens.
  [0xa0, 0x202f, 0x205f, 0x3000].forEach((code) => (plain[code] = 0x20));
  plain.fill(0x20, 0x2000, 0x200b);
  plain.fill(0x2d, 0x2010, 0x2016);
  [0x2212, 0xff0d].forEach((code) => (plain[code] = 0x2d));
  plain[0xff0e] = 0x2e;
  // What cannot be seen.
  [0xad, 0x180e, 0xfeff].forEach((code) => (plain[code] = UNSEEN));
  plain.fill(UNSEEN, 0x200b, 0x2010);
  plain.fill(UNSEEN, 0x202a, 0x202f);
  plain.fill(UNSEEN, 0x2060, 0x206a);
  plain.fill(UNSEEN, 0xfe00, 0xfe10);
  return plain;
}
