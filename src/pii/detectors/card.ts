import type { Detector } from '../detector.js';
import type { NumberGroups } from '../number-groups.js';
import { isNear, isPartOfLonger } from '../surroundings.js';

/** Issuer ranges by the first six digits (ISO/IEC 7812-1), with the lengths in use. */
const ISSUERS: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [400000, 499999, [13, 16, 19]], // Visa
  [510000, 559999, [16]], // Mastercard
  [222100, 272099, [16]], // Mastercard
  [340000, 349999, [15]], // American Express
  [370000, 379999, [15]], // American Express
  [300000, 305999, [14, 16]], // Diners Club
  [309500, 309599, [14, 16]], // Diners Club
  [360000, 369999, [14, 16]], // Diners Club
  [380000, 399999, [14, 16]], // Diners Club
  [352800, 358999, [16, 17, 18, 19]], // JCB
  [213100, 213199, [15]], // JCB
  [180000, 180099, [15]], // JCB
  [601100, 601199, [16, 19]], // Discover
  [644000, 659999, [16, 19]], // Discover
  [620000, 629999, [16, 17, 18, 19]], // UnionPay
  [501800, 501999, [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro, Dankort
  [502000, 502099, [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro
  [503800, 503899, [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro
  [589300, 589399, [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro
  [630400, 630499, [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro
  [675900, 676399, [12, 13, 14, 15, 16, 17, 18, 19]], // Maestro
  [637000, 639999, [16]], // InstaPayment
  [606282, 606282, [16]], // Hipercard
  [606985, 608500, [16]], // RuPay
  [220000, 220499, [16, 17, 18, 19]], // Mir
  [979200, 979299, [16]], // Troy
];

const CARD_WORDS = /card|visa|maestro|master|amex|discover|diners|jcb|unionpay|kreditkarte|\bpan\b|\bcc\b|payment/i;
/** What says of any digits that pass Luhn that they are a card's. */
const CARD_NUMBER = /(?:credit|debit|payment|bank)[ _-]?card|card[ _-]?(?:number|no\b|num\b|#)/i;
const HYPHEN = 0x2d;
const SPACE = 0x20;

/** Finds payment card numbers: an issuer's range and length, and the check digit of Luhn (ISO/IEC 7812-1, annex B). */
export const cardDetector: Detector = {
  types: ['credit_card'],
  category: 'pii',
  anchor: { at: 'number' },
  detect(text, at, report, groups) {
    const end = endOfCard(groups);
    if (end === 0 || isPartOfLonger(text, at, end)) {
      return at;
    }
    const length = digitsOfCard(groups, end);
    if (!passesLuhn(text, at, end) || !(isIssued(text, at, length) || isNear(text, at, end, CARD_NUMBER))) {
      return at;
    }
    const grouped = length !== end - at;
    // One identifier in ten passes Luhn, so lengths that are more often identifiers than cards need a word nearby.
    if (!grouped && (length < 14 || length > 16) && !isNear(text, at, end, CARD_WORDS)) {
      return at;
    }
    return report('credit_card', at, end, grouped ? 0.95 : 0.9) ? end : at;
  },
};

/** The end of digits that are grouped as on a card (4-4-4-4 and its like, 4-6-5, 4-6-4) or not at all; 0 for none. */
function endOfCard(groups: NumberGroups): number {
  const first = groups.length(0);
  if (first >= 12) {
    return first <= 19 ? groups.end(0) : 0;
  }
  const separator = groups.separator(1);
  if (first !== 4 || (separator !== SPACE && separator !== HYPHEN)) {
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

function digitsOfCard(groups: NumberGroups, end: number): number {
  let digits = groups.length(0);
  for (let group = 1; groups.length(group) > 0 && groups.end(group) <= end; group += 1) {
    digits += groups.length(group);
  }
  return digits;
}

function isIssued(text: string, at: number, length: number): boolean {
  const prefix = Number(
    text
      .slice(at, at + 8)
      .replace(/[ -]/g, '')
      .slice(0, 6),
  );
  return ISSUERS.some(([from, to, lengths]) => prefix >= from && prefix <= to && lengths.includes(length));
}

function passesLuhn(text: string, start: number, end: number): boolean {
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
