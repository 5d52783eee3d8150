import { ALPHANUMERIC, CLASSES, DASH, DOT, UNDERSCORE } from '../../characters.js';
import { tableOfLetters, threeLettersBefore } from './three-letters.js';

const NAME = ALPHANUMERIC | UNDERSCORE | DASH | DOT;
const LONGEST_NAME = 64;
const LONGEST_GAP = 8;
const FARTHEST_NAME = 48;
const DOUBLE_QUOTE = 0x22;
const AMPERSAND = 0x26;
const SINGLE_QUOTE = 0x27;
const COMMA = 0x2c;
const COLON = 0x3a;
const EQUALS = 0x3d;
const CLOSING_BRACKET = 0x5d;
const BACKSLASH = 0x5c;
const BACKTICK = 0x60;
const OPENING_BRACE = 0x7b;
const SPACE = 0x20;
/** What may stand directly before an equals sign that assigns. */
const OPERATORS = Uint8Array.from({ length: 128 }, (_, code) => (':?.+|'.includes(String.fromCharCode(code)) ? 1 : 0));
/** The ending of a name says nothing. */
const NOTHING = 0;
/** The name may announce a secret beyond doubt. */
const ANNOUNCES = 1;
/** The name may be `value`, to which another member gives a name. */
const VALUE = 2;
/** How the names end that announce a secret, and the words for a type that may stand between name and value. */
const ENDINGS = tableOfLetters(
  ['ord swd ena ase ode pwd ass _pw .pw -pw psw ort ret key ken rer uth alt com org net ing str'.split(' '), ANNOUNCES],
  [['lue'], VALUE],
);
const TYPE_WORD = /^(?:string|str)$/i;
const NAMES_OF_NAMES = /^(?:key|name|id|variable|var|parameter|property|field|header)$/i;

/** True for a quotation mark: double, single or a backtick. */
export function isQuote(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === DOUBLE_QUOTE || code === SINGLE_QUOTE || code === BACKTICK;
}

/** True if a name that ends here may announce a secret beyond doubt; three letters decide. */
export function mayEndName(text: string, end: number): boolean {
  return end >= 3 && ENDINGS[threeLettersBefore(text, end)] === ANNOUNCES;
}

/** True if the ending of a name says nothing of the value behind it. */
export function saysNothing(text: string, end: number): boolean {
  return end < 3 || ENDINGS[threeLettersBefore(text, end)] === NOTHING;
}

/** True if a name may end here at all. */
export function isEndOfName(text: string, end: number): boolean {
  return end > 0 && ((CLASSES[text.charCodeAt(end - 1)] as number) & NAME) !== 0;
}

/** Where the name that ends here begins. */
export function startOfName(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < LONGEST_NAME && ((CLASSES[text.charCodeAt(start - 1)] as number) & NAME) !== 0) {
    start -= 1;
  }
  return start;
}

/** Where the name that begins here ends. */
export function endOfName(text: string, start: number): number {
  const last = Math.min(text.length, start + LONGEST_NAME);
  let end = start;
  while (end < last && ((CLASSES[text.charCodeAt(end)] as number) & NAME) !== 0) {
    end += 1;
  }
  return end;
}

/** The place behind the name that stands before a colon or an equals sign: before `"] =`, `" : ` or ` ?= `. */
export function endOfNameBefore(text: string, sign: number): number {
  const near = endOfNearName(text, sign);
  if (near > 0) {
    return near;
  }
  let end = sign;
  if (text.charCodeAt(sign) === EQUALS) {
    // `:=`, `::=`, `?=`, `.=`, `+=`, `||=`; nearly always there is none of these.
    while (end > sign - 3 && OPERATORS[text.charCodeAt(end - 1)] === 1) {
      end -= 1;
    }
  }
  const nearest = end - LONGEST_GAP;
  while (end > nearest && (text.charCodeAt(end - 1) === SPACE || text.charCodeAt(end - 1) === CLOSING_BRACKET)) {
    end -= 1;
  }
  if (text.charCodeAt(end) === CLOSING_BRACKET) {
    end = beforeLength(text, end);
  }
  while (end > nearest && (isQuote(text, end - 1) || text.charCodeAt(end - 1) === BACKSLASH)) {
    end -= 1;
  }
  return end;
}

/** The same where the name stands directly before the sign, or before one space or one `"`; else 0. */
export function endOfNearName(text: string, sign: number): number {
  if (sign < 2) {
    return 0;
  }
  const before = text.charCodeAt(sign - 1);
  if (((CLASSES[before] as number) & ALPHANUMERIC) !== 0) {
    return sign;
  }
  const isParted = before === DOUBLE_QUOTE || before === SPACE;
  return isParted && ((CLASSES[text.charCodeAt(sign - 2)] as number) & ALPHANUMERIC) !== 0 ? sign - 1 : 0;
}

/** C writes how long a text is behind its name: `char password[32] = "x"`. */
function beforeLength(text: string, end: number): number {
  const digits = /\[\d{0,5}$/.exec(text.slice(Math.max(0, end - LONGEST_GAP), end))?.[0];
  return end - (digits?.length ?? 0);
}

/** The name that ends at a place, without the word for a type behind it: `var token string`, `password: str`. */
export function nameThatEnds(text: string, end: number): string {
  const start = startOfName(text, end);
  const name = text.slice(start, end);
  const isReference = text.charCodeAt(start - 1) === AMPERSAND;
  const gap = isReference ? start - 1 : start;
  if (text.charCodeAt(gap - 1) === SPACE && (TYPE_WORD.test(name) || (/^key$/i.test(name) && !isReference))) {
    // `api key: x` is written as two words; in `password: str = "x"` and `var token string = "x"` the second is a type.
    const before = text.charCodeAt(gap - 2) === COLON ? gap - 2 : gap - 1;
    const first = text.slice(startOfName(text, before), before);
    return TYPE_WORD.test(name) ? first : first + name;
  }
  return name;
}

/**
 * The name that another member before gives to this one's value: `key="NAME" value=`, `"name": "NAME", "value":`, or on
 * two lines, `name: NAME` and `value:`; or the name of the object, `"NAME": {"value":`. Empty where there is none.
 */
export function nameGivenBefore(text: string, end: number): string {
  if (end < 3 || ENDINGS[threeLettersBefore(text, end)] !== VALUE) {
    return '';
  }
  const start = startOfName(text, end);
  if (!/^(?:secret_?|string_?|default_?)?value$/i.test(text.slice(start, end))) {
    return '';
  }
  let behind = start;
  while (behind > start - FARTHEST_NAME && isBetween(text.charCodeAt(behind - 1))) {
    behind -= 1;
  }
  const given = startOfName(text, behind);
  if (behind === start) {
    return '';
  }
  if (text.charCodeAt(behind - 1) === OPENING_BRACE) {
    return nameOfObject(text, behind - 1);
  }
  if (given === behind) {
    return '';
  }
  let sign = given;
  while (sign > given - LONGEST_GAP && isAround(text.charCodeAt(sign - 1))) {
    sign -= 1;
  }
  const role = text.slice(startOfName(text, sign), sign);
  return sign < given && NAMES_OF_NAMES.test(role) ? text.slice(given, behind) : '';
}

/** The name of the object that begins at a brace, if it may announce a secret; most are items of a list. */
function nameOfObject(text: string, brace: number): string {
  const sign = text.charCodeAt(brace - 1) === SPACE ? brace - 2 : brace - 1;
  const code = text.charCodeAt(sign);
  if (code !== COLON && code !== EQUALS) {
    return '';
  }
  const end = endOfNameBefore(text, sign);
  return mayEndName(text, end) ? text.slice(startOfName(text, end), end) : '';
}

function isBetween(code: number): boolean {
  return code <= SPACE || code === COMMA || code === BACKSLASH || code === DOUBLE_QUOTE || code === SINGLE_QUOTE;
}

function isAround(code: number): boolean {
  return (
    code === SPACE ||
    code === COLON ||
    code === EQUALS ||
    code === BACKSLASH ||
    code === DOUBLE_QUOTE ||
    code === SINGLE_QUOTE
  );
}
