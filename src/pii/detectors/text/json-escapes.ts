import type { Detector, Report } from '../../detector.js';
import type { NumberGroups } from '../../number-groups.js';
import { endOfControlSequences } from './ansi-escape.js';
import { controlCharacterDetector } from './control-character.js';
import { invisibleDetector } from './invisible.js';

const BACKSLASH = 0x5c;
const ESCAPE = 0x1b;
const HIGH = 0xdb40;
/** The length of `\u200b`. */
const LENGTH = 6;
/** So many backslashes before an escape are looked at. */
const MOST_BACKSLASHES = 32;
const UNIT = /\\u[\da-f]{4}/iy;
const EVERY_UNIT = /\\u([\da-f]{4})/gi;
/** A string of ECMA-48 behind ESC, closed by BEL, ST, or ESC and a backslash. */
const STRING = /[PX\]^_][^\\]*(?:\\u0007|\\u009c|\\u001b\\\\)/iy;
/** Isolates and embeddings: whether they are closed is told by the text that they stand in. */
const BRACKETS = /[\u202a-\u202c\u2066-\u2069]/g;

/**
 * How JSON text begins, unless what follows the bracket shows source code: `{ const`, the set `[\udb40` of a pattern, and
 * the directive `"use strict";`, whose string is not all there is.
 */
const JSON_START =
  /^\s{0,64}(?:\{(?!\s{0,64}[^\s"}])|\[(?!\s{0,64}(?:[^\s"{[\]\dtfn-]))|"(?!(?:[^"\\\n]|\\.){0,64}"\s{0,8}[^\s"]))/;
const INVISIBLE = codesOf(invisibleDetector);
const CONTROLS = codesOf(controlCharacterDetector);

/**
 * Finds hostile characters where JSON text (RFC 8259, section 7) writes them as escape sequences (`\u200b`): they are
 * there as soon as somebody parses it.
 *
 * A text is JSON text if it begins like an object, an array or a string; source code may write what it likes.
 */
export const jsonEscapeDetector: Detector = {
  types: [...invisibleDetector.types, ...controlCharacterDetector.types, 'ansi_escape'],
  category: 'text',
  anchor: { at: 'character', characters: '\\', behind: 'u' },
  detect(text, at, report, groups) {
    const code = unitAt(text, at);
    const detector = INVISIBLE.has(code)
      ? invisibleDetector
      : CONTROLS.has(code)
        ? controlCharacterDetector
        : undefined;
    if ((detector === undefined && code !== ESCAPE) || !isJsonText(text) || !isEscape(text, at)) return at;
    return detector === undefined ? atEscape(text, at, report) : atRun(text, at, detector, report, groups);
  },
};

function atEscape(text: string, at: number, report: Report): number {
  const next = at + LENGTH;
  STRING.lastIndex = next;
  if (STRING.test(text)) {
    report('ansi_escape', at, STRING.lastIndex, 0.9);
    return next;
  }
  const end = text.charAt(next) === '[' ? endOfControlSequences(text, next + 1) : next;
  report('ansi_escape', at, end, 0.9);
  return end;
}

/** Has the detector judge a run of escapes as the characters that they stand for. */
function atRun(text: string, at: number, detector: Detector, report: Report, groups: NumberGroups): number {
  const codes = detector === invisibleDetector ? INVISIBLE : CONTROLS;
  let end = at;
  let last = -1;
  for (let code = unitAt(text, at); codes.has(code) || (last === HIGH && code >= 0); code = unitAt(text, end)) {
    last = last === HIGH ? -1 : code;
    end += LENGTH;
  }
  const before = unitBefore(text, at);
  const run = read(text.slice(at, end));
  const moved: Report = (type, start, stop, confidence) =>
    report(type, at + (start - before.length) * LENGTH, at + (stop - before.length) * LENGTH, confidence);
  detector.detect(before + run + (read(text.slice(end, end + LENGTH))[0] ?? ''), before.length, moved, groups);
  return end;
}

/** The character before a place, of which an escape stands for one half. */
function unitBefore(text: string, at: number): string {
  return read(text.slice(Math.max(0, at - 2 * LENGTH), at)).slice(-2);
}

/** A text with its escapes read as characters. */
function read(text: string): string {
  return text.replace(EVERY_UNIT, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

/** The code unit that an escape sequence at a place stands for; -1 for none. */
function unitAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== BACKSLASH) return -1;
  UNIT.lastIndex = at;
  return UNIT.test(text) ? parseInt(text.slice(at + 2, at + LENGTH), 16) : -1;
}

/** False where the backslash is itself escaped: `\\u200b` stands for six characters. */
function isEscape(text: string, at: number): boolean {
  let first = at;
  while (first > 0 && at - first < MOST_BACKSLASHES && text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (at - first) % 2 === 0;
}

function isJsonText(text: string): boolean {
  return JSON_START.test(text);
}

function codesOf(detector: Detector): ReadonlySet<number> {
  const characters = detector.anchor.at === 'character' ? detector.anchor.characters : '';
  return new Set(Array.from(characters.replace(BRACKETS, ''), (character) => character.charCodeAt(0)));
}
