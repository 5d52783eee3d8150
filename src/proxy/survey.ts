/** What of a JSON text its value does not tell any more. */
export interface Survey {
  /** How many members objects have as they are written. */
  readonly members: number;
  /** How deep it is nested. */
  readonly depth: number;
  /** True where a number in it is another one when it is read. */
  readonly isInexact: boolean;
  /** Where the elements of an array begin and end, if it is one. */
  readonly elements: readonly (readonly [start: number, end: number])[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A number of so many digits, without an exponent, is the same when it is read. */
const EXACT_DIGITS = 15;

/** Looks a JSON text over, once; what it says of any other text means nothing. */
export function surveyJson(text: string): Survey {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  let isInexact = false;
  const elements: [number, number][] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === 0x3a) members++;
    else if (character === 0x5b || character === 0x7b) {
      if (++depth > deepest) deepest = depth;
      if (depth === 1) start = at + 1;
    } else if (character === 0x5d || character === 0x7d) {
      if (depth-- === 1) elements.push([start, at]);
    } else if (character === 0x2c) {
      if (depth !== 1) continue;
      elements.push([start, at]);
      start = at + 1;
    } else if (character === 0x2d || (character >= 0x30 && character <= 0x39)) {
      const end = endOfNumber(text, at);
      isInexact ||=
        end - at > EXACT_DIGITS || text.slice(at, end).search(/e/i) >= 0 ? changes(text.slice(at, end)) : false;
      at = end - 1;
    }
  }
  return { members, depth: deepest, isInexact, elements };
}

/** How many members objects have as they were read. */
export function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const within: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let members = Array.isArray(value) ? 0 : within.length;
  for (const each of within) if (typeof each === 'object') members += membersOf(each);
  return members;
}

/** True where a text in a value, or the name of a member, holds half a pair of surrogates. */
export function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasLoneSurrogate);
  return Object.entries(value).some((entry) => entry.some(hasLoneSurrogate));
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1;
  while (text.charCodeAt(at) === BACKSLASH) at--;
  return (quote - at) % 2 === 0;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end++) {
    const character = text.charCodeAt(end);
    const isPart = (character >= 0x30 && character <= 0x39) || character === 0x2e || character === 0x2b;
    if (!isPart && character !== 0x2d && character !== 0x65 && character !== 0x45) break;
  }
  return end;
}

/** A number stays what it is where reading and writing it comes to the same digits. */
function changes(token: string): boolean {
  return digitsOf(token) !== digitsOf(String(Number(token)));
}

/** The digits of a number without zeros at either end, and the power of ten of the last one; its sign aside. */
function digitsOf(token: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 0x30) end--;
  if (end === 0) return '0';
  return `${digits.slice(0, end)}e${Number(exponent) - fraction.length + (digits.length - end)}`;
}
