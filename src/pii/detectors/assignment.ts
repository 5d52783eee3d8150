import { ALPHANUMERIC, CLASSES, DASH, DOT, endingsOf, lastLetters, UNDERSCORE } from '../characters.js';
import type { Detector, Report } from '../detector.js';
import { secretKindOf, type SecretKind } from '../secret-names.js';
import { confidenceOfSecret, typeOfSecret, type Writing } from '../secret-values.js';

const NAME = ALPHANUMERIC | UNDERSCORE | DASH | DOT;
const LONGEST_NAME = 64;
const LONGEST_GAP = 8;
/** How much of an unquoted value is judged; what was judged to be a secret is then read to its end. */
const JUDGED = 64;

const AMPERSAND = 0x26;
const PARAMETER = /^&[\w.-]{1,40}=/;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const BACKTICK = 0x60;
const CLOSING_BRACKET = 0x5d;
const SPACE = 0x20;
const BACKSLASH = 0x5c;
const EQUALS = 0x3d;
const COLON = 0x3a;
/** How the names end that announce a secret, and the words for a type that may stand between name and value. */
const ENDINGS = endingsOf('ord swd ase ode pwd ass _pw .pw -pw ret key ken rer ing str');
const TYPE_WORD = /^(?:string|str)$/i;
const DOTTED_NAMES = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/;
const LINE_END = /^\s*$|^[\t ]*(?:[\r\n]|\\[nr])/;
/** The signs that end an unquoted value, by their code. */
const VALUE_END = tableOf(' \t\r\n,;"\'`<>(){}[]|\\');

/**
 * Finds secrets by the name before them: `password = "x"`, `"apiKey": "x"`, `TOKEN=x`, also inside JSON text whose
 * quotation marks are escaped.
 */
export const assignmentDetector: Detector = {
  types: ['password', 'secret', 'api_key', 'token', 'aws_key', 'azure_storage_key'],
  category: 'secret',
  anchor: { at: 'character', characters: ':=' },
  detect(text, at, report) {
    const sign = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1);
    if (next === EQUALS || (sign === COLON && (next === COLON || next === 0x2f))) {
      return at; // A comparison, a scope, the scheme of a URL; `:=` is judged at its equals sign.
    }
    const name = nameBefore(text, sign === EQUALS && text.charCodeAt(at - 1) === COLON ? at - 1 : at);
    const kind = name === '' ? undefined : secretKindOf(name);
    return kind === undefined ? at : detectValue(text, at, kind, report);
  },
};

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(65_536);
  Array.from(characters, (character) => character.charCodeAt(0)).forEach((code) => (table[code] = 1));
  return table;
}

function nameBefore(text: string, at: number): string {
  let end = at;
  const nearest = at - LONGEST_GAP;
  while (end > nearest && (text.charCodeAt(end - 1) === SPACE || text.charCodeAt(end - 1) === CLOSING_BRACKET)) {
    end -= 1;
  }
  while (end > nearest && (isQuote(text, end - 1) || text.charCodeAt(end - 1) === BACKSLASH)) {
    end -= 1;
  }
  if (!ENDINGS.has(lastLetters(text, end))) {
    return '';
  }
  const start = startOfName(text, end);
  const name = text.slice(start, end);
  if (text.charCodeAt(start - 1) === SPACE && (TYPE_WORD.test(name) || /^key$/i.test(name))) {
    // `api key: x` is written as two words; in `password: str = "x"` and `var token string = "x"` the second is a type.
    const before = text.charCodeAt(start - 2) === COLON ? start - 2 : start - 1;
    const first = text.slice(startOfName(text, before), before);
    return TYPE_WORD.test(name) ? first : first + name;
  }
  return name;
}

function startOfName(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < LONGEST_NAME && ((CLASSES[text.charCodeAt(start - 1)] as number) & NAME) !== 0) {
    start -= 1;
  }
  return start;
}

function isQuote(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === DOUBLE_QUOTE || code === SINGLE_QUOTE || code === BACKTICK;
}

function detectValue(text: string, at: number, kind: SecretKind, report: Report): number {
  let start = text.charAt(at + 1) === '>' ? at + 2 : at + 1;
  const farthest = start + LONGEST_GAP;
  while (start < farthest && text.charCodeAt(start) === SPACE) {
    start += 1;
  }
  let escapes = 0;
  while (escapes < 4 && text.charCodeAt(start + escapes) === BACKSLASH) {
    escapes += 1;
  }
  if (isQuote(text, start + escapes)) {
    const opening = start + escapes;
    const end = endOfQuoted(text, opening, escapes);
    return end === 0 ? at : judge(text, opening + 1, end, kind, 'quoted', report, at);
  }
  const writing: Writing = start === at + 1 && text.charCodeAt(at) === EQUALS ? 'joined' : 'bare';
  const judged = endOfUnquoted(text, start, JUDGED);
  if (!isWholeValue(text, start, judged, writing)) {
    return at;
  }
  const behind = judge(text, start, judged, kind, writing, report, at);
  if (behind === at || judged < start + JUDGED) {
    return behind;
  }
  // Only now is the rest read: what was reported is left behind, so no later candidate reads it again.
  const end = endOfUnquoted(text, judged, Infinity);
  const value = text.slice(start, end);
  report(typeOfSecret(kind, value), start, end, confidenceOfSecret(kind, value, writing));
  return end;
}

function judge(
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
function endOfQuoted(text: string, opening: number, escapes: number): number {
  const mark = text.charCodeAt(opening);
  let at = opening + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === mark) {
      let end = at;
      while (escapes > 0 && end > opening + 1 && text.charCodeAt(end - 1) === BACKSLASH) {
        end -= 1;
      }
      return end;
    }
    if (code === 0x0a) {
      return 0;
    }
    at += code === BACKSLASH && escapes === 0 ? 2 : 1;
  }
  return text.length;
}

/** The end of an unquoted value; an ampersand ends it as in a query string, unless more than a name follows. */
function endOfUnquoted(text: string, from: number, limit: number): number {
  const last = Math.min(text.length, from + limit);
  let at = from;
  while (at < last) {
    const code = text.charCodeAt(at);
    if (VALUE_END[code] === 1 || (code === AMPERSAND && PARAMETER.test(text.slice(at, at + 42)))) {
      break;
    }
    at += 1;
  }
  return at;
}

/** True unless what follows shows an expression of a program or a sentence of prose. */
function isWholeValue(text: string, start: number, end: number, writing: Writing): boolean {
  const following = text.charAt(end);
  if (end === start || following === '(' || following === '[' || following === '{') {
    return false;
  }
  const value = text.slice(start, end);
  if (DOTTED_NAMES.test(value)) {
    return value.split('.').some((part) => part.length >= 12 && /\d/.test(part));
  }
  if (/\d/.test(value)) {
    return true;
  }
  return writing === 'joined' ? following !== ')' && following !== ',' : LINE_END.test(text.slice(end, end + 8));
}
