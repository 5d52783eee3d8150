import { classAt, DIGIT } from '../../characters.js';
import type { Detector } from '../../detector.js';
import type { NumberGroups } from '../../number-groups.js';
import { isBefore, isPartOfLonger } from '../../surroundings.js';

const VERSION_WORDS = /(?:version|ver|build|release|firmware|assembly)[ .:="'\\]{0,6}$/i;
/** What numbers below a hundred are where one of these stands before them: a section, the name of an object. */
const SECTION_WORDS =
  /(?:section|chapter|clause|paragraph|appendix|figure|oid|§|(?:rfc|ecma|iso)[- ]?\d{1,5},?|(?:^|[^a-z])(?:v|sec|art))[ .:="'\\]{0,6}$/i;
const PRODUCT = /[A-Z][A-Za-z]{0,20}\/$/;
/** The longest of these words and what may stand behind it. */
const REACH = 24;
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
  return isBefore(text, at, VERSION_WORDS, REACH) || (small && isBefore(text, at, SECTION_WORDS, REACH));
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
