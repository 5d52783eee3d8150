import { classAt, DIGIT } from '../../../characters.js';
import type { Detector } from '../../../detector.js';
import type { NumberGroups } from '../../../number-groups.js';
import { isBefore, isPartOfLonger } from '../../../surroundings.js';

const VERSION_WORDS = /(?:version|ver|build|release|firmware|assembly)[ .:="'\\]{0,6}$/i;
/** What numbers below a hundred are where one of these stands before them or before another such: a section. */
const SECTION_WORDS =
  /(?:sections?|chapters?|clauses?|para(?:graph)?s?|appendix|annex|figures?|tables?|requirements?|controls?|oid|§|(?:rfc|ecma|iso|iec|pci|nist)[- ]?\d{1,5},?|(?:^|[^a-z])(?:v|secs?|arts?|items?|steps?|rules?))[ .:="'\\]{0,6}(?:\d{1,2}(?:\.\d{1,2}){1,4}(?:,? (?:and|or|to|through) |[,;/&–-] {0,2})){0,2}$/i;
/** What says so behind them: `5.4.2.1 of the specification`. */
const OF_DOCUMENT =
  / of (?:the |this )?(?:spec|standard|rfc|iso|document|manual|guide|contract|agreement|policy|regulation)/iy;
/** A heading: a line that begins with the number and goes on with a title. */
const LINE_START = /(?:^|\n|\\n)[ \t#*]{0,8}$/;
const TITLE = /\.? {1,4}[A-Z][a-z]{2,}/y;
/** Sections are counted from one, and hardly anybody counts them so far. */
const SECTION = /^[1-9]\d?(?:\.[1-9]\d?){3}$/;
const LARGEST_SECTION = 30;
const PRODUCT = /[A-Z][A-Za-z]{0,20}\/$/;
/** The longest of these words and what may stand behind it. */
const REACH = 24;
const REACH_OF_SECTIONS = 32;
const FULL_STOP = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** Finds IPv4 addresses: four octets of 0 to 255 (RFC 791), but not version numbers. */
export const ipv4Detector: Detector = {
  types: ['ip_address'],
  category: 'pii',
  anchor: { at: 'number', takes: isDotted },
  detect(text, at, report, groups) {
    if (!isDotted(groups) || text.charCodeAt(at - 1) === FULL_STOP) {
      return at;
    }
    const end = groups.end(3);
    const network = text.charAt(end) === '/' || isInRange(text, at, end);
    if ((!network && isPartOfLonger(text, at, end)) || !isIpv4(text.slice(at, end))) {
      return at;
    }
    if (text.charAt(at - 1) === '/' ? isBefore(text, at, PRODUCT, REACH) : isOther(text, at, groups)) {
      return at; // `Chrome/120.0.0.0`, `version 1.2.3.4`, `section 1.2.3.4`.
    }
    return report('ip_address', at, end, 0.8) ? end : at;
  },
};

/** True for either end of a range of addresses: digits stand on the other side of the hyphen. */
function isInRange(text: string, at: number, end: number): boolean {
  const behind = text.charAt(end) === '-' && (classAt(text, end + 1) & DIGIT) !== 0;
  return behind || (text.charAt(at - 1) === '-' && (classAt(text, at - 2) & DIGIT) !== 0);
}

/** True for four groups of up to three digits with full stops between them, and no fifth. */
function isDotted(groups: NumberGroups): boolean {
  for (let group = 0; group < 4; group += 1) {
    if (groups.length(group) > 3 || (group > 0 && groups.separator(group) !== FULL_STOP)) {
      return false;
    }
  }
  return groups.separator(4) !== FULL_STOP;
}

function isOther(text: string, at: number, groups: NumberGroups): boolean {
  const small = [0, 1, 2, 3].every((group) => groups.length(group) < 3);
  return (
    isBefore(text, at, VERSION_WORDS, REACH) ||
    (small && (isBefore(text, at, SECTION_WORDS, REACH_OF_SECTIONS) || isSection(text, at, groups.end(3))))
  );
}

/** True for the number of a section by what follows: the name of a document, or a title in the same line. */
function isSection(text: string, at: number, end: number): boolean {
  OF_DOCUMENT.lastIndex = TITLE.lastIndex = end;
  if (OF_DOCUMENT.test(text)) {
    return true;
  }
  if (!TITLE.test(text)) {
    return false;
  }
  const number = text.slice(at, end);
  const counted = SECTION.test(number) && number.split('.').every((each) => Number(each) <= LARGEST_SECTION);
  return counted && isBefore(text, at, LINE_START, REACH);
}

/** True for four octets of 0 to 255 without leading zeros. */
export function isIpv4(address: string): boolean {
  let octets = 0;
  let octet = -1;
  for (let at = 0; at < address.length; at += 1) {
    const code = address.charCodeAt(at);
    if (code === FULL_STOP && octet >= 0) {
      octets += 1;
      octet = -1;
    } else if (code < ZERO || code > NINE || octet === 0) {
      return false;
    } else {
      octet = Math.max(0, octet) * 10 + code - ZERO;
      if (octet > 255) return false;
    }
  }
  return octets === 3 && octet >= 0;
}
