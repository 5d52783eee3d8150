import { ALPHANUMERIC, classAt } from '../../characters.js';
import type { Detector, Report } from '../../detector.js';
import {
  endOfNameBefore,
  endOfNearName,
  isEndOfName,
  isQuote,
  mayEndName,
  nameGivenBefore,
  nameThatEnds,
  saysNothing,
  startOfName,
} from './assigned-name.js';
import { detectValue, endOfQuoted, escapesAt, judge, startOfValue } from './assigned-value.js';
import { isTokenCharacter, mayBeToken, mayHoldToken, seemsToken } from './randomness.js';
import { announcedKindOf, hintedKindOf, mayHint, type SecretKind } from './secret-names.js';

/** How far behind a sign is read to see that no token stands there. */
const FARTHEST_READ = 19;
/** What stands before a value of a list. */
const OF_LIST = /(?:\\{1,4}[nrt]|[\s,]){0,32}(?=\\{0,4}["'])/y;
/** So many values of a list are looked at. */
const MOST_LISTED = 16;
const SPACE = 0x20;
const DOUBLE_QUOTE = 0x22;
const EQUALS = 0x3d;
const COLON = 0x3a;
const SLASH = 0x2f;
const GREATER = 0x3e;
const OPENING_BRACKET = 0x5b;
/** 1 for what may stand between a sign and its value, by its code. */
const MAY_BE_BETWEEN = Uint8Array.from({ length: 128 }, (_, code) =>
  ' \t\\"\'`>'.includes(String.fromCharCode(code)) ? 1 : 0,
);
const WRAPPING = /(?:[brRuUL@]{1,2}|(?:\[\]byte|Buffer\.from|new String|str|String|bytes)\()(?=["'`])/y;
/** What a program says before the value that it takes where the environment has none: `os.getenv("X", "…")`. */
const DEFAULT_BEFORE =
  /(?:(?:os\.getenv|os\.environ\.get|ENV\.fetch|env|getenv|System\.getProperty)\(\\?["']\w{1,64}\\?["'], {0,2}|process\.env(?:\.\w{1,64}|\[["']\w{1,64}["']\]) {0,2}(?:\|\||\?\?) {0,2})(?=\\{0,4}["'`])/y;
/** The graph of a coverage report, whose token opens nothing else. */
const BADGE = '.svg?';

/**
 * Finds secrets by the name before them: `password = "x"`, `"apiKey": "x"`, `TOKEN=x`, `key="apiKey" value="x"`, also
 * inside JSON text whose quotation marks are escaped.
 *
 * A name that announces a secret is enough; a name that only hints at one (`DATADOG_KEY_PROD`) needs a random value.
 */
export const assignmentDetector: Detector = {
  types: ['password', 'secret', 'api_key', 'token', 'aws_key', 'azure_storage_key'],
  category: 'secret',
  anchor: { at: 'character', characters: ':=' },
  detect(text, at, report) {
    return isPlain(text, at) ? at : detectAt(text, at, report);
  },
};

/**
 * True for nearly every sign: the name directly before it announces nothing, and directly behind it stands no token.
 *
 * Nothing is read outside the text, which costs V8 the fast form of that read for good.
 */
function isPlain(text: string, at: number): boolean {
  if (at < 4 || at + FARTHEST_READ >= text.length) {
    return false;
  }
  const end = endOfNearName(text, at);
  if (end === 0 || !saysNothing(text, end)) {
    return false;
  }
  let start = at + 1;
  if (text.charCodeAt(start) === SPACE) start += 1;
  if (text.charCodeAt(start) === DOUBLE_QUOTE) start += 1;
  return isTokenCharacter(text, start)
    ? !seemsToken(text, start) || !mayHint(text, startOfName(text, end), end)
    : MAY_BE_BETWEEN[text.charCodeAt(start)] !== 1;
}

function detectAt(text: string, at: number, report: Report): number {
  const sign = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  if (next === EQUALS || (sign === COLON && (next === COLON || next === SLASH))) {
    return at; // A comparison, a scope, the scheme of a URL; `:=` is judged at its equals sign.
  }
  const end = endOfNameBefore(text, at);
  if (!isEndOfName(text, end)) {
    return at;
  }
  const isArrow = next === GREATER;
  if (mayEndName(text, end)) {
    const name = nameThatEnds(text, end);
    const kind = name === '' ? undefined : announcedKindOf(name);
    if (kind !== undefined) {
      return isOther(text, end - name.length, sign) ? at : detectAssigned(text, at, isArrow, kind, report);
    }
  }
  const given = nameGivenBefore(text, end);
  const kind = given === '' ? undefined : announcedKindOf(given);
  if (kind !== undefined) {
    return detectAssigned(text, at, isArrow, kind, report);
  }
  return detectHinted(text, at, isArrow, end, given, report);
}

/** True where the word before the sign is a part of a resource's name (`arn:aws:...:secret:x`), or of a badge's URL. */
function isOther(text: string, start: number, sign: number): boolean {
  return (
    text.startsWith(BADGE, start - BADGE.length) ||
    (sign === COLON && text.charCodeAt(start - 1) === COLON && (classAt(text, start - 2) & ALPHANUMERIC) !== 0)
  );
}

function detectAssigned(text: string, at: number, isArrow: boolean, kind: SecretKind, report: Report): number {
  const start = afterWrapping(text, startOfValue(text, isArrow ? at + 2 : at + 1));
  if (text.charCodeAt(start) === OPENING_BRACKET) {
    return detectListed(text, start + 1, kind, report, at);
  }
  DEFAULT_BEFORE.lastIndex = start;
  if (DEFAULT_BEFORE.test(text)) {
    return detectValue(text, DEFAULT_BEFORE.lastIndex, kind, 'none', report, at);
  }
  const writing = start === at + 1 && text.charCodeAt(at) === EQUALS ? 'joined' : 'bare';
  return detectValue(text, start, kind, isArrow ? 'none' : writing, report, at);
}

/** A list of quoted values, as JSON has it: each of them is a secret of that name. */
function detectListed(text: string, from: number, kind: SecretKind, report: Report, at: number): number {
  let end = at;
  let next = from;
  for (let count = 0; count < MOST_LISTED; count += 1) {
    OF_LIST.lastIndex = next;
    if (!OF_LIST.test(text)) {
      break;
    }
    const start = OF_LIST.lastIndex;
    const escapes = escapesAt(text, start);
    next = endOfQuoted(text, start + escapes, escapes);
    if (next === 0) {
      break;
    }
    end = Math.max(end, judge(text, start + escapes + 1, next, kind, 'quoted', report, at));
    next += escapes + 1;
  }
  return end;
}

/** Where the quotation mark stands of a text that a program makes bytes of: `b"x"`, `[]byte("x")`. */
function afterWrapping(text: string, start: number): number {
  if (isQuote(text, start)) {
    return start;
  }
  WRAPPING.lastIndex = start;
  return WRAPPING.test(text) ? WRAPPING.lastIndex : start;
}

/** The value is looked at first: few are long enough, and the name is read for those alone. */
function detectHinted(
  text: string,
  at: number,
  isArrow: boolean,
  endOfName: number,
  given: string,
  report: Report,
): number {
  if (!mayHoldToken(text, at + 1)) {
    return at;
  }
  let start = startOfValue(text, isArrow ? at + 2 : at + 1);
  const quote = start + escapesAt(text, start);
  start = isQuote(text, quote) ? quote + 1 : start;
  if (!mayBeToken(text, start)) {
    return at;
  }
  const name = given === '' ? nameThatEnds(text, endOfName) : given;
  const kind = name === '' ? undefined : hintedKindOf(name);
  return kind === undefined ? at : detectAssigned(text, at, isArrow, kind, report);
}
