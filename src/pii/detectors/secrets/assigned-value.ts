import { ALPHANUMERIC, classAt, hasDigit } from '../../characters.js';
import type { Report } from '../../detector.js';
import { isQuote } from './assigned-name.js';
import { isPlaceholder } from './placeholders.js';
import { looksRandom, looksVaried } from './randomness.js';
import type { SecretKind } from './secret-names.js';
import { confidenceOfSecret, isPlainlyNoKey, typeOfSecret, type Writing } from './secret-values.js';

const LONGEST_GAP = 8;
/** How much of an unquoted value is judged; what was judged to be a secret is then read to its end. */
const JUDGED = 40;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const TAB = 0x09;
const FIRST_FOREIGN = 0x80;
const PARAMETER = /^&[\w.-]{1,40}=/;
const DOTTED_NAMES = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/;
const DOTTED_ASSIGNMENT = /^[\w$]+(?:\.[\w$]+)+=[A-Za-z_$]/;
const WITH_BRACKETS = /[^\s'"`,;]{10,64}(?=[\t ]{0,8}(?:[\r\n]|$))/y;
const CODE_START = /^[\w$.?!]*[([]|^[<{]|=>|\/\/|->|::/;
const SIGN = /[#^&!%@*~$].*[#^&!%@*~$]/;
const LINE_END = /^\s*$|^[\t ]*(?:[\r\n]|\\[nr])/;
/** The signs that end an unquoted value, by their code. */
const VALUE_END = tableOf(' \t\r\n,;"\'`<>(){}[]|\\');

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(65_536);
  Array.from(characters, (character) => character.charCodeAt(0)).forEach((code) => (table[code] = 1));
  return table;
}

/** Where the value begins behind its sign: white space is stepped over. */
export function startOfValue(text: string, from: number): number {
  const farthest = from + LONGEST_GAP;
  let start = from;
  while (start < farthest && (text.charCodeAt(start) === SPACE || text.charCodeAt(start) === TAB)) {
    start += 1;
  }
  return start;
}

/** How many backslashes stand before the quotation mark of a value in JSON text within JSON text; at most four. */
export function escapesAt(text: string, start: number): number {
  let escapes = 0;
  while (escapes < 4 && text.charCodeAt(start + escapes) === BACKSLASH) {
    escapes += 1;
  }
  return escapes;
}

/** Reads and judges the value that begins at an index; answers where it ends, or `at` where there is no secret. */
export function detectValue(
  text: string,
  start: number,
  kind: SecretKind,
  unquoted: Exclude<Writing, 'quoted'> | 'none',
  report: Report,
  at: number,
): number {
  const escapes = escapesAt(text, start);
  if (isQuote(text, start + escapes)) {
    const opening = start + escapes;
    const end = endOfQuoted(text, opening, escapes);
    return end === 0 ? at : judge(text, opening + 1, end, kind, 'quoted', report, at);
  }
  if (unquoted === 'none') {
    return at;
  }
  if (kind !== 'password' && isChained(text, start)) {
    return at;
  }
  const judged = endOfUnquoted(text, start, JUDGED);
  if (kind !== 'password' && isPlainlyNoKey(text.slice(start, judged))) {
    return at;
  }
  if (!isWholeValue(text, start, judged, unquoted)) {
    return kind === 'password' ? detectWithBrackets(text, start, report, at) : at;
  }
  const behind = judge(text, start, judged, kind, unquoted, report, at);
  if (behind === at || judged < start + JUDGED) {
    return behind;
  }
  // Only now is the rest read: what was reported is left behind, so no later candidate reads it again.
  const end = endOfUnquoted(text, judged, Infinity);
  const value = text.slice(start, end);
  report(typeOfSecret(kind, value), start, end, confidenceOfSecret(kind, value.slice(0, JUDGED), unquoted));
  return end;
}

/** True for what assigns in its turn, `token=name=x`: in a key an equals sign is padding, and stands at the end. */
function isChained(text: string, start: number): boolean {
  const last = Math.min(text.length, start + JUDGED);
  for (let at = start; at < last; at += 1) {
    const code = text.charCodeAt(at);
    if (code === EQUALS) return at + 1 < last && mayBeginValue(text, at + 1);
    if (endsValue(text, at, code)) return false;
  }
  return false;
}

function mayBeginValue(text: string, at: number): boolean {
  return (classAt(text, at) & ALPHANUMERIC) !== 0 || text.charCodeAt(at) >= FIRST_FOREIGN;
}

/** A password may hold brackets, too: it is one word up to the end of the line, and neither a call nor an index. */
function detectWithBrackets(text: string, start: number, report: Report, at: number): number {
  WITH_BRACKETS.lastIndex = start;
  const value = WITH_BRACKETS.exec(text)?.[0] ?? '';
  const isCode = CODE_START.test(value) || !SIGN.test(value) || !looksVaried(value) || isPlaceholder(value);
  return !isCode && report('password', start, start + value.length, 0.5) ? start + value.length : at;
}

/** Reports a value if it is the secret that its name announces; answers its end, or `at`. */
export function judge(
  text: string,
  start: number,
  end: number,
  kind: SecretKind,
  writing: Writing,
  report: Report,
  at: number,
): number {
  const value = text.slice(start, end);
  const confidence = confidenceOfSecret(kind, value, writing);
  return confidence > 0 && report(typeOfSecret(kind, value), start, end, confidence) ? end : at;
}

/**
 * The place of the closing quotation mark, before the backslashes that escape it, or the end of a text that was cut
 * before it; 0 where the line ends first.
 *
 * Linear over a text: each kind of mark is read up to its next occurrence, which is where the next candidate begins.
 */
export function endOfQuoted(text: string, opening: number, escapes: number): number {
  const mark = text.charCodeAt(opening);
  let at = opening + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === mark) {
      let end = at;
      while (escapes > 0 && end > opening + 1 && text.charCodeAt(end - 1) === BACKSLASH) {
        end -= 1;
      }
      // More backslashes than at the opening are those of a mark inside the value.
      if (at - end <= escapes) return end;
    }
    if (code === 0x0a) {
      return 0;
    }
    at += code === BACKSLASH && escapes === 0 ? 2 : 1;
  }
  return text.length;
}

/** The end of an unquoted value; an ampersand ends it as in a query string, unless more than a name follows. */
export function endOfUnquoted(text: string, from: number, limit: number): number {
  const last = Math.min(text.length, from + limit);
  let at = from;
  while (at < last) {
    if (endsValue(text, at, text.charCodeAt(at))) break;
    at += 1;
  }
  return at;
}

function endsValue(text: string, at: number, code: number): boolean {
  return VALUE_END[code] === 1 || (code === AMPERSAND && PARAMETER.test(text.slice(at, at + 42)));
}

/** True unless what follows shows an expression of a program or a sentence of prose. */
function isWholeValue(text: string, start: number, end: number, writing: Writing): boolean {
  const following = text.charAt(end);
  if (end === start || following === '(' || following === '[' || following === '{') {
    return false;
  }
  const value = text.slice(start, end);
  const hasDigits = hasDigit(value);
  if (value.includes('.') && (DOTTED_NAMES.test(value) || DOTTED_ASSIGNMENT.test(value))) {
    // Nothing looks random without a digit.
    return hasDigits && value.split('.').some((part) => part.length >= 12 && looksRandom(part));
  }
  if (hasDigits) {
    return true;
  }
  return writing === 'joined' ? following !== ')' && following !== ',' : LINE_END.test(text.slice(end, end + 8));
}
