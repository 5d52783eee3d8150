import type { Detector, Report } from '../../detector.js';
import { endOfName, isQuote, mayEndName, nameThatEnds, startOfName } from './assigned-name.js';
import { detectValue, endOfQuoted, endOfUnquoted, judge } from './assigned-value.js';
import { looksRandom } from './randomness.js';
import { secretKindOf, type SecretKind } from './secret-names.js';

const TYPES = ['password', 'secret', 'api_key', 'token', 'aws_key', 'azure_storage_key'];
const LONGEST_GAP = 64;
const LONGEST_VALUE = 512;
const LESS = 0x3c;
const SLASH = 0x2f;
const HYPHEN = 0x2d;
const COMMA = 0x2c;
const CLOSING = 0x29;
const SPACE = 0x20;
const CDATA = '<![CDATA[';
const KEY_CLOSED = /<key>([\w.-]{1,64})<\/key$/;
const STRING_OPENED = /\s{0,64}<string>/y;
const ATTRIBUTE = /\b(?:name|key|id)=$/;
/** Functions that ask for a value of that name, or speak about it, rather than being given it. */
const ASKS =
  /^(?:get|has|is|check|valid|parse|find|look|decode|verify|read|load|fetch|require|delete|remove|match|expect|create|generate|hash|encrypt|decrypt|describe|it$|test$|t$|i18n|translate|gettext|_$|label|log|print|warn|error|debug|info|throw|assert|compare|replace|includes|index|equal|sprintf|fmt|not|should|to[A-Z]|console|message|text|placeholder|type|wait|sign|revoke|refresh|rotate)|(?:Error|Exception|Equals?|Label)$/i;
/** Functions that are given what to keep, so that a value of letters alone is a password, too. */
const KEEPS = /(?:set|put|add|append|header|define|environ|env|property|string|with)\w*$/i;
const HAS_SIGN = /[\d!@#$%^&*?~+]/;

/** Finds secrets between tags that name them: `<password>x</password>`, `<string name="api_key">x<`, property lists. */
export const elementDetector: Detector = {
  types: TYPES,
  category: 'secret',
  anchor: { at: 'character', characters: '>' },
  detect(text, at, report) {
    const quoted = isQuote(text, at - 1);
    const end = quoted ? at - 1 : at;
    if (!mayEndName(text, end)) {
      return at;
    }
    let name = text.slice(startOfName(text, end), end);
    let from = at + 1;
    const before = end - name.length - 1;
    if (quoted) {
      if (!isQuote(text, before) || !ATTRIBUTE.test(text.slice(Math.max(0, before - 6), before))) {
        return at;
      }
    } else if (text.charCodeAt(before) === SLASH) {
      // A property list has the name in one element, and the value in the next.
      name = KEY_CLOSED.exec(text.slice(Math.max(0, at - LONGEST_GAP - 16), at))?.[1] ?? '';
      STRING_OPENED.lastIndex = from;
      if (!STRING_OPENED.test(text)) {
        return at;
      }
      from = STRING_OPENED.lastIndex;
    } else if (text.charCodeAt(before) !== LESS && text.charAt(before) !== ':') {
      return at;
    }
    const kind = secretKindOf(name);
    if (kind === undefined) {
      return at;
    }
    const start = afterWhiteSpace(text, text.startsWith(CDATA, from) ? from + CDATA.length : from);
    const valueEnd = endOfUnquoted(text, start, LONGEST_VALUE);
    const behind = afterWhiteSpace(text, valueEnd);
    const closes = text.charCodeAt(behind) === LESS && text.charCodeAt(behind + 1) === SLASH;
    return closes || text.startsWith(']]>', behind) ? judge(text, start, valueEnd, kind, 'quoted', report, at) : at;
  },
};

/** Finds secrets that a function is given: `setProperty("API_TOKEN", "x")`, `withPassword('x')`. */
export const callDetectors: readonly Detector[] = ['"', "'"].map((next) => ({
  types: TYPES,
  category: 'secret',
  anchor: { at: 'character', characters: '(', behind: next },
  detect(text, at, report) {
    const end = mayEndName(text, at) ? detectOwn(text, at, report) : at;
    return end > at ? end : detectGiven(text, at, report);
  },
}));

/** The value of the function's own name: `setToken("x")`. */
function detectOwn(text: string, at: number, report: Report): number {
  const name = lastWord(nameThatEnds(text, at));
  const kind = ASKS.test(name) ? undefined : secretKindOf(name);
  if (kind === undefined) {
    return at;
  }
  const end = endOfQuoted(text, at + 1, 0);
  const next = text.charCodeAt(end + 1);
  const sure = end > 0 && (next === CLOSING || next === COMMA) && isSure(kind, text.slice(at + 2, end), false);
  return sure ? judge(text, at + 2, end, kind, 'quoted', report, at) : at;
}

/** The second of two texts, of which the first is the name: `put("token", "x")`. */
function detectGiven(text: string, at: number, report: Report): number {
  const end = endOfName(text, at + 2);
  if (!isQuote(text, end) || !mayEndName(text, end) || text.charCodeAt(end + 1) !== COMMA) {
    return at;
  }
  const start = afterWhiteSpace(text, end + 2);
  const kind = isQuote(text, start) ? secretKindOf(text.slice(at + 2, end)) : undefined;
  if (kind === undefined) {
    return at;
  }
  const name = lastWord(text.slice(startOfName(text, at), at));
  const valueEnd = endOfQuoted(text, start, 0);
  const value = text.slice(start + 1, valueEnd);
  return valueEnd > 0 && !ASKS.test(name) && isSure(kind, value, KEEPS.test(name))
    ? judge(text, start + 1, valueEnd, kind, 'quoted', report, at)
    : at;
}

/** Finds secrets behind an option of a command: `--password x`, `--api-key x`. */
export const optionDetector: Detector = {
  types: TYPES,
  category: 'secret',
  anchor: { at: 'character', characters: '-', behind: '-' },
  detect(text, at, report) {
    if (text.charCodeAt(at - 1) === HYPHEN || text.charCodeAt(at + 2) === HYPHEN) {
      return at; // A rule across the page.
    }
    const end = endOfName(text, at + 2);
    if (text.charCodeAt(end) !== SPACE || !mayEndName(text, end)) {
      return at;
    }
    const kind = secretKindOf(text.slice(at + 2, end));
    const start = end + 1;
    if (kind === undefined || text.charCodeAt(start) === HYPHEN) {
      return at;
    }
    const value = text.slice(start, endOfUnquoted(text, start, LONGEST_VALUE));
    const sure = isQuote(text, start) || (HAS_SIGN.test(value) && !/^\w{1,16}=/.test(value));
    return sure ? detectValue(text, start, kind, 'bare', report, at) : at;
  },
};

function lastWord(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function isSure(kind: SecretKind, value: string, isKept: boolean): boolean {
  return kind === 'password' ? isKept || HAS_SIGN.test(value) : isKept ? HAS_SIGN.test(value) : looksRandom(value);
}

function afterWhiteSpace(text: string, from: number): number {
  const last = Math.min(text.length, from + LONGEST_GAP);
  let at = from;
  while (at < last && text.charCodeAt(at) <= SPACE) {
    at += 1;
  }
  return at;
}
