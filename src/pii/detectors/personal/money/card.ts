import { classAt, DIGIT } from '../../../characters.js';
import type { Detector } from '../../../detector.js';
import type { NumberGroups } from '../../../number-groups.js';
import { isBefore, isNear, isPartOfLonger } from '../../../surroundings.js';
import { isIssued, mayBeIssued } from './issuers.js';

const CARD_WORDS =
  /card|visa|maestro|master|amex|discover|diners|jcb|unionpay|credit|debit|karte|tarjeta|carte|carta |cart[aã]o|kort|kartt|\bpan\b|\bcc\b|payment/i;
/** What says of any digits that pass Luhn that they are a card's. */
const CARD_NUMBER = /(?:credit|debit|payment|bank)[ _-]?card|card[ _-]?(?:number|no\b|num\b|#)/i;
/** What a card is called where an underscore joins name and number: `card_4111…`, `cc_number_4111…`. */
const NAME_JOINED =
  /(?:card|visa|amex|master|maestro|discover|karte|tarjeta|carte|cart[aã]o|(?:^|[^a-z])(?:pan|cc))(?:_?(?:no|nr|num|number))?_$/i;
/** What is written behind a card: when it expires, `/12/29` or `/12/2029`, and its security code. */
const EXPIRY = /\/(?:0[1-9]|1[0-2])[/-]?(?:20)?\d\d(?!\d)/y;
const SECURITY_CODE = /\/\d{3,4}(?![\d/])/y;
const HYPHEN = 0x2d;
const SPACE = 0x20;
const FULL_STOP = 0x2e;
const SLASH = 0x2f;
const UNDERSCORE = 0x5f;

/** Finds payment card numbers: an issuer's range and length, and the check digit of Luhn (ISO/IEC 7812-1, annex B). */
export const cardDetector: Detector = {
  types: ['credit_card'],
  category: 'pii',
  anchor: { at: 'number', takes: (groups) => endOfCard(groups) !== 0 },
  detect(text, at, report, groups) {
    const end = endOfCard(groups);
    if (end === 0 || (isPartOfLonger(text, at, end) && !isOnlyBeside(text, at, end))) {
      return at;
    }
    if (!passesLuhn(text, at, end) || isInMiddle(text, at, end, groups)) {
      return at;
    }
    const digits = text.slice(at, end).replace(/\D/g, '');
    const grouped = digits.length !== end - at;
    const issued = isIssued(digits);
    // One identifier in ten passes Luhn, so lengths that are more often identifiers than cards need a word nearby.
    const rare = !grouped && (digits.length < 14 || digits.length > 16);
    if ((!issued || rare || isInRow(text, at, end, groups)) && !isNamed(text, at, end, issued, digits)) {
      return at;
    }
    return report('credit_card', at, end, grouped ? 0.95 : 0.9) ? end : at;
  },
};

/** True where what touches the digits is not a part of them: a name or a note joined by an underscore, an expiry date. */
function isOnlyBeside(text: string, at: number, end: number): boolean {
  const ahead = text.charCodeAt(at - 1) === UNDERSCORE;
  if (ahead ? !isBefore(text, at, NAME_JOINED) : isPartOfLonger(text, at, text.length)) {
    return false;
  }
  const next = text.charCodeAt(end);
  if (next === SLASH) {
    EXPIRY.lastIndex = SECURITY_CODE.lastIndex = end;
    return EXPIRY.test(text) || (text.charCodeAt(at - 1) !== SLASH && SECURITY_CODE.test(text));
  }
  return next === UNDERSCORE ? isNear(text, at, end, CARD_WORDS) : ahead && !isPartOfLonger(text, 0, end);
}

function isNamed(text: string, at: number, end: number, issued: boolean, digits: string): boolean {
  return isNear(text, at, end, issued || mayBeIssued(digits) ? CARD_WORDS : CARD_NUMBER);
}

/** True where more fours go on in both directions: a row of a table, of which no word says what it is. */
function isInMiddle(text: string, at: number, end: number, groups: NumberGroups): boolean {
  let next = 1;
  while (next < groups.count && groups.end(next) <= end) next += 1;
  const before = classAt(text, at - 5) & classAt(text, at - 2) & DIGIT;
  return groups.length(next) === 4 && classAt(text, at - 1) === 0 && before !== 0;
}

/** True for four groups of a row of many: a table, a parcel's number. */
function isInRow(text: string, at: number, end: number, groups: NumberGroups): boolean {
  if (groups.length(0) !== 4) {
    return false;
  }
  const before = text.charCodeAt(at - 1);
  if ((before === SPACE || before === HYPHEN) && (classAt(text, at - 4) & classAt(text, at - 2) & DIGIT) !== 0) {
    return true;
  }
  let next = 1;
  while (groups.length(next) > 0 && groups.end(next) <= end) {
    next += 1;
  }
  // An expiry date goes on with a slash.
  return groups.length(next) > 0 && text.charAt(groups.end(next)) !== '/';
}

/** The end of digits that are grouped as on a card (4-4-4-4 and its like, 4-6-5, 4-6-4) or not at all; 0 for none. */
function endOfCard(groups: NumberGroups): number {
  const first = groups.length(0);
  if (first >= 12) {
    return first <= 19 ? groups.end(0) : 0;
  }
  const separator = groups.separator(1);
  if (first !== 4 || (separator !== SPACE && separator !== HYPHEN && separator !== FULL_STOP)) {
    return 0;
  }
  if (groups.length(1) === 6) {
    const last = groups.length(2);
    return groups.separator(2) === separator && (last === 4 || last === 5) ? groups.end(2) : 0;
  }
  let whole = 1;
  while (groups.length(whole) === 4 && groups.separator(whole) === separator && whole < 4) {
    whole += 1;
  }
  if (whole < 3) {
    return 0;
  }
  const rest = groups.separator(whole) === separator ? groups.length(whole) : 0;
  if (whole === 4) {
    return rest === 3 ? groups.end(4) : groups.end(3);
  }
  return rest >= 1 && rest <= 3 ? groups.end(3) : 0;
}

/** True if digits, whatever separates them, end in the check digit of Luhn (ISO/IEC 7812-1, annex B). */
export function passesLuhn(text: string, start = 0, end = text.length): boolean {
  let sum = 0;
  let doubled = false;
  for (let at = end - 1; at >= start; at -= 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      const weighed = doubled ? digit * 2 : digit;
      sum += weighed > 9 ? weighed - 9 : weighed;
      doubled = !doubled;
    }
  }
  return sum % 10 === 0;
}
