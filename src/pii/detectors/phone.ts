import { endingsOf, isWordStart, lastLetters } from '../characters.js';
import type { Detector } from '../detector.js';
import type { NumberGroups } from '../number-groups.js';
import { PARENTHESIS } from '../number-groups.js';
import { isBefore, isNear, isPartOfLonger } from '../surroundings.js';

/** Assigned country codes of two and three digits (ITU-T E.164, list of assigned country codes); +1 and +7 apart. */
const COUNTRY_CODES = new Set(
  (
    '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 ' +
    '90 91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 ' +
    '238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 ' +
    '267 268 269 290 291 297 298 299 350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 378 380 ' +
    '381 382 383 385 386 387 389 420 421 423 500 501 502 503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 ' +
    '598 599 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 800 850 852 853 855 ' +
    '856 870 878 880 881 882 883 886 888 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 979 992 ' +
    '993 994 995 996 998'
  ).split(' '),
);

/** Area code and exchange of the North American Numbering Plan: neither begins with 0 or 1 nor ends in 11. */
const AREA = /^[2-9](?!11)[0-8]\d$/;
const EXCHANGE = /^[2-9](?!11)\d\d$/;
const BARE = /^1?[2-9](?!11)[0-8]\d[2-9](?!11)\d{6}$/;
const EXTENSION = / ?(?:x|ext\.? ?)\d{1,6}(?![A-Za-z0-9])/iy;
const LABEL =
  /(?:phone|mobile|cell|fax|whatsapp|msisdn|(?:^|[^a-z])tel)(?:[ _-]?(?:number|no|nr))?[.#]?["'`\\]{0,4} ?[:=]?[ \n]?["'`\\]{0,4}\(?$/i;
const PHONE_WORDS = /phone|mobile|(?:^|[^a-z])(?:cell|fax|tel|call|sms|dial)(?![a-z])|whatsapp|msisdn/i;
/** How the labels end, so that the pattern is only tried where one may stand. */
const LABEL_ENDINGS = endingsOf('one ile ell fax app sdn tel ber _no -no _nr -nr');
const BETWEEN = ' \n"\'`\\:=.#(';
const SPACE = 0x20;
const HYPHEN = 0x2d;

/**
 * Finds telephone numbers: international ones (ITU-T E.164), written North American ones, and what a label calls one.
 *
 * Bare runs of digits are order numbers and timestamps far more often, so they need a word nearby.
 */
export const phoneDetector: Detector = {
  types: ['phone'],
  category: 'pii',
  anchor: { at: 'number' },
  detect(text, at, report, groups) {
    const before = text.charAt(at - 1);
    let start = before === '(' || before === '+' ? at - 1 : at;
    if (before === '+' && text.charAt(at - 2) === '(') {
      start = at - 2;
    }
    // A plus sign parts a number from whatever it touches.
    if (before !== '+' && !isWordStart(text, start)) {
      return at;
    }
    let end = before === '+' ? endOfInternational(text, groups) : endOfNorthAmerican(text, groups);
    let confidence = before === '+' ? 0.9 : 0.75;
    if (end === 0) {
      end = before === '+' ? 0 : endOfNamed(text, at, groups);
      confidence = 0.7;
    }
    if (end === 0) {
      return at;
    }
    EXTENSION.lastIndex = end;
    const behind = EXTENSION.test(text) ? EXTENSION.lastIndex : end;
    return !isPartOfLonger(text, start, behind) && report('phone', start, behind, confidence) ? behind : at;
  },
};

function endOfInternational(text: string, groups: NumberGroups): number {
  if (text.charAt(groups.start(0)) === '1') {
    return endOfNorthAmerican(text, groups);
  }
  let digits = 0;
  let end = 0;
  for (let group = 0; group < groups.count; group += 1) {
    digits += groups.length(group);
    if (digits > 15 || (digits > 13 && group > 0)) {
      break;
    }
    end = digits >= 8 ? groups.end(group) : 0;
  }
  const code = text.slice(groups.start(0), groups.start(0) + 3);
  return code.startsWith('7') || COUNTRY_CODES.has(code) || COUNTRY_CODES.has(code.slice(0, 2)) ? end : 0;
}

/** The end of `(415) 555-0132`, `415-555-0132`, `+1 415 555 0132`, `+14155550132` and their like; 0 for none. */
function endOfNorthAmerican(text: string, groups: NumberGroups): number {
  if (groups.length(0) === 11 && text.charAt(groups.start(0) - 1) === '+') {
    return BARE.test(text.slice(groups.start(0), groups.end(0))) ? groups.end(0) : 0;
  }
  const first = isTrunk(text, groups) ? 1 : 0;
  if (groups.length(first) !== 3 || groups.length(first + 1) !== 3 || groups.length(first + 2) !== 4) {
    return 0;
  }
  const left = groups.separator(first + 1);
  const right = groups.separator(first + 2);
  if (right === PARENTHESIS || (left !== right && left !== PARENTHESIS && right !== HYPHEN)) {
    return 0;
  }
  if (left === SPACE && first === 0 && /\d $/.test(text.slice(groups.start(0) - 2, groups.start(0)))) {
    return 0; // A row of a table of numbers.
  }
  const area = text.slice(groups.start(first), groups.end(first));
  const exchange = text.slice(groups.start(first + 1), groups.end(first + 1));
  return AREA.test(area) && EXCHANGE.test(exchange) ? groups.end(first + 2) : 0;
}

function isTrunk(text: string, groups: NumberGroups): boolean {
  const length = groups.length(0);
  return (length === 1 || length === 3) && text.startsWith(length === 1 ? '1' : '001', groups.start(0));
}

/** The end of a number that only the words before it make a telephone number; 0 for none. */
function endOfNamed(text: string, at: number, groups: NumberGroups): number {
  const bare = groups.length(0);
  if (
    (bare === 10 || bare === 11) &&
    BARE.test(text.slice(at, at + bare)) &&
    isNear(text, at, groups.end(0), PHONE_WORDS)
  ) {
    return groups.end(0);
  }
  if ((groups.count < 2 && bare < 7) || !mayBeLabelled(text, at) || !isBefore(text, at, LABEL)) {
    return 0;
  }
  let digits = 0;
  let end = 0;
  for (let group = 0; group < groups.count && digits + groups.length(group) <= 12; group += 1) {
    digits += groups.length(group);
    end = groups.end(group);
  }
  return digits >= 7 ? end : 0;
}

function mayBeLabelled(text: string, at: number): boolean {
  let end = at;
  while (at - end < 12 && end > 0 && BETWEEN.includes(text.charAt(end - 1))) {
    end -= 1;
  }
  return LABEL_ENDINGS.has(lastLetters(text, end));
}
