import { classAt, DIGIT, isWordStart, LETTER } from '../../../characters.js';
import type { Detector } from '../../../detector.js';
import type { NumberGroups } from '../../../number-groups.js';
import { isPartOfLonger } from '../../../surroundings.js';
import { beginsWithCountryCode } from './country-codes.js';
import { northAmerican } from './phone-north-america.js';
import { planned } from './phone-plans.js';
import {
  isInProse,
  isLabelledBehind,
  isLedTo,
  isLabelledPhone,
  isMentionedPhone,
  isOtherNumber,
  isOwnLine,
} from './phone-words.js';

const EXTENSION = / ?(?:x|#|ext\.? ?|extension )\d{1,6}(?![A-Za-z0-9])/iy;
/** Mobile numbers of the Philippines, Turkey and the United Kingdom: eleven digits which little else begins with. */
const MOBILE = /^(?:09[0-9]\d|05[03456]\d|07[1-57-9]\d)\d{7}$/;
const BARE_NORTH_AMERICAN = /^1?[2-9](?!11)[0-8]\d[2-9](?!11)\d{6}$/;
const ZERO = 0x30;
const ONE = 0x31;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;
/** The fewest and the most digits of a number that a label announces (ITU-T E.164 allows 15, and a prefix). */
const FEWEST = 6;
const MOST = 13;

interface Candidate {
  readonly end: number;
  readonly confidence: number;
}

/**
 * Finds telephone numbers: international ones (ITU-T E.164), written ones that follow a national plan, and what a label
 * calls one.
 *
 * Digits alone are order numbers and timestamps far more often, and so are many groups of them: the less a number looks
 * like a telephone's, the more the words around it have to say.
 */
export const phoneDetector: Detector = {
  types: ['phone'],
  category: 'pii',
  anchor: { at: 'number', takes: mayBeNumber },
  detect(text, at, report, groups) {
    const before = text.charAt(at - 1);
    const international = before === '+';
    if (!international && (!mayBeNumber(groups) || goesOnFromDigits(text, at, groups))) {
      return at;
    }
    let start = before === '(' || international ? at - 1 : at;
    if (international && text.charAt(at - 2) === '(') {
      start = at - 2;
    }
    // A plus sign parts a number from whatever it touches.
    if (!international && !isWordStart(text, start)) {
      return at;
    }
    const number = international ? internationalNumber(text, groups) : nationalNumber(text, start, groups);
    if (number === undefined) {
      return at;
    }
    const end = withExtension(text, number.end);
    const apart = (text.charCodeAt(end) === HYPHEN && isLabelledBehind(text, end)) || !isPartOfLonger(text, start, end);
    return apart && report('phone', start, end, number.confidence) ? end : at;
  },
};

function withExtension(text: string, end: number): number {
  EXTENSION.lastIndex = end;
  return EXTENSION.test(text) ? EXTENSION.lastIndex : end;
}

/** True in a row of numbers, and behind a hyphen or a full stop that joins digits: the cheap fact about most digits. */
function goesOnFromDigits(text: string, at: number, groups: NumberGroups): boolean {
  if ((classAt(text, at - 2) & DIGIT) === 0) {
    return false;
  }
  const before = text.charCodeAt(at - 1);
  const separator = groups.separator(1);
  return before === SPACE ? separator === SPACE || separator === 0 : before === HYPHEN || before === FULL_STOP;
}

/** False for a few digits, a decimal fraction, a date of ISO 8601: what most written numbers are. */
function mayBeNumber(groups: NumberGroups): boolean {
  const { count } = groups;
  const first = groups.length(0);
  if (count === 1) {
    return first >= 7 && first <= MOST;
  }
  if (count === 2) {
    return groups.separator(1) !== FULL_STOP && first + groups.length(1) >= FEWEST;
  }
  const short = groups.end(count - 1) - groups.start(0) - count + 1 < FEWEST;
  return !short && !(first === 4 && groups.length(1) === 2 && groups.length(2) === 2 && count === 3);
}

function internationalNumber(text: string, groups: NumberGroups): Candidate | undefined {
  const at = groups.start(0);
  if (groups.count === 1 && isAdded(text, at, groups.end(0))) {
    return undefined;
  }
  if (text.charCodeAt(at) === ONE) {
    const number = northAmerican(text, groups);
    return number === undefined ? undefined : { end: number.end, confidence: 0.9 };
  }
  const end = beginsWithCountryCode(text, at) ? endOfDigits(groups, 8, 15) : 0;
  return end === 0 ? undefined : { end, confidence: 0.9 };
}

/** True for an addition: `h[0]+3864292196`, `h+461832192*n`. */
function isAdded(text: string, at: number, end: number): boolean {
  const sign = text.charAt(at - 2);
  const variable = (classAt(text, at - 2) & LETTER) !== 0 && (classAt(text, at - 3) & LETTER) === 0;
  return sign === ')' || sign === ']' || variable || (end < text.length && '*&|^]%'.includes(text.charAt(end)));
}

function nationalNumber(text: string, start: number, groups: NumberGroups): Candidate | undefined {
  if (isLabelledPhone(text, start)) {
    return labelledNumber(text, groups);
  }
  return groups.count === 1 ? bareNumber(text, start, groups) : groupedNumber(text, start, groups);
}

/** A number that only the words before it need to make a telephone number. */
function labelledNumber(text: string, groups: NumberGroups): Candidate | undefined {
  if (groups.count > 1 && isDate(text, groups)) {
    return undefined;
  }
  const known = groups.count > 1 ? (northAmerican(text, groups)?.end ?? planned(text, groups)?.end) : undefined;
  const end = known ?? endOfDigits(groups, groups.count > 1 ? FEWEST : 7, MOST);
  return end === 0 ? undefined : { end, confidence: 0.8 };
}

/** Digits in a row: with words about telephones near, or a mobile number in a sentence. */
function bareNumber(text: string, start: number, groups: NumberGroups): Candidate | undefined {
  const at = groups.start(0);
  const end = groups.end(0);
  const length = end - at;
  const first = text.charCodeAt(at);
  const national = first === ZERO && length >= 9 && length <= 12 && text.charCodeAt(at + 1) !== ZERO;
  const american = !national && (length === 10 ? first > ONE : length === 11 && first === ONE);
  if ((!national && !american) || !isInProse(text, start)) {
    return undefined;
  }
  const digits = text.slice(at, end);
  const sound = american ? BARE_NORTH_AMERICAN.test(digits) && isMentionedPhone(text, start, end) : false;
  if (sound || (national && (MOBILE.test(digits) || isMentionedPhone(text, start, end)))) {
    return isOtherNumber(text, start, end) ? undefined : { end, confidence: 0.7 };
  }
  return undefined;
}

/** Groups of digits: the likelier they are a telephone number, the less the words around have to say so. */
function groupedNumber(text: string, start: number, groups: NumberGroups): Candidate | undefined {
  const american = northAmerican(text, groups);
  if (american !== undefined) {
    const { end, likelihood } = american;
    const sound = likelihood === 'certain' || isMentionedPhone(text, start, withExtension(text, end));
    if (sound || withExtension(text, end) !== end) {
      return isOtherNumber(text, start, end) ? undefined : { end, confidence: 0.75 };
    }
  }
  const prefixed = withInternationalPrefix(text, groups);
  const number = prefixed === 0 ? planned(text, groups) : { end: prefixed, likelihood: 'certain' as const };
  if (number === undefined || !isInProse(text, start)) {
    return undefined;
  }
  const { end, likelihood } = number;
  if (likelihood === 'possible' && !isLikelyHere(text, start, end, groups)) {
    return undefined;
  }
  return isOtherNumber(text, start, end) ? undefined : { end, confidence: likelihood === 'certain' ? 0.75 : 0.7 };
}

function isLikelyHere(text: string, start: number, end: number, groups: NumberGroups): boolean {
  if (isLabelledBehind(text, end)) {
    return true;
  }
  // Six digits in pairs are a date, and two fours of this century and the last a span of years.
  if (groups.length(2) === 2 && groups.length(3) === 0 && groups.length(1) === 2) {
    return false;
  }
  if (isYears(text, groups)) {
    return false;
  }
  const amount = groups.length(1) === 3 && groups.length(2) === 3 && text.charCodeAt(groups.start(0)) !== ZERO;
  return isMentionedPhone(text, start, end) || (!amount && isLedTo(text, start, end)) || isOwnLine(text, start, end);
}

/** `0044 20 7946 0018`: the prefix that most countries dial for another one (ITU-T E.164), then a country code. */
function withInternationalPrefix(text: string, groups: NumberGroups): number {
  const at = groups.start(0);
  if (text.charCodeAt(at) !== ZERO || text.charCodeAt(at + 1) !== ZERO) {
    return 0;
  }
  const length = groups.length(0);
  const code = length === 2 ? groups.start(1) : at + 2;
  return (length === 2 || length === 4 || length === 5) && groups.count > 2 && beginsWithCountryCode(text, code)
    ? endOfDigits(groups, 10, 15, 15)
    : 0;
}

/** The end of the groups that together have so many digits; 0 where they do not. */
function endOfDigits(groups: NumberGroups, fewest: number, most: number, mostInGroups = MOST): number {
  let digits = 0;
  let end = 0;
  for (let group = 0; group < groups.count; group += 1) {
    digits += groups.length(group);
    if (digits > most || (digits > mostInGroups && group > 0)) {
      break;
    }
    end = digits >= fewest ? groups.end(group) : 0;
  }
  return end;
}

/** `2024-05-06` and `06.05.2024`. */
function isDate(text: string, groups: NumberGroups): boolean {
  const [first, second, third] = [groups.length(0), groups.length(1), groups.length(2)];
  const year = first === 4 ? groups.start(0) : groups.start(2);
  return second === 2 && ((first === 4 && third === 2) || (first === 2 && third === 4)) && isYear(text, year);
}

function isYears(text: string, groups: NumberGroups): boolean {
  const fours = groups.length(0) === 4 && groups.length(1) === 4;
  return fours && isYear(text, groups.start(0)) && isYear(text, groups.start(1));
}

function isYear(text: string, at: number): boolean {
  return text.startsWith('19', at) || text.startsWith('20', at);
}
