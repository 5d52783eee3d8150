import { ALPHANUMERIC, classAt, CLASSES, DOT, endOfRun, hasDigit, HEX, isWordStart } from '../characters.js';
import type { Detector } from '../detector.js';
import { isBefore, isPartOfLonger } from '../surroundings.js';

const VERSION_WORDS = /(?:version|ver|build|release|firmware|assembly)[ :="'\\]{0,6}$/i;
const PRODUCT = /[A-Z][A-Za-z]{0,20}\/$/;
const FULL_STOP = 0x2e;
const COLON = 0x3a;
/** The longest written IPv6 address is 45 characters (RFC 4291 with an IPv4 tail); one more shows that it went on. */
const LONGEST = 46;

/** Finds IPv4 addresses: four octets of 0 to 255 (RFC 791), but not version numbers. */
export const ipv4Detector: Detector = {
  types: ['ip_address'],
  category: 'pii',
  anchor: { at: 'number' },
  detect(text, at, report, groups) {
    if (groups.separator(3) !== FULL_STOP || groups.separator(1) !== FULL_STOP || groups.separator(2) !== FULL_STOP) {
      return at;
    }
    const end = groups.end(3);
    for (let group = 0; group < 4; group += 1) {
      const octet = text.slice(groups.start(group), groups.end(group));
      if (octet.length > 3 || Number(octet) > 255 || (octet.length > 1 && octet.startsWith('0'))) {
        return at;
      }
    }
    const network = text.charAt(end) === '/';
    if (
      text.charAt(at - 1) === '.' ||
      (!network && isPartOfLonger(text, at, end)) ||
      groups.separator(4) === FULL_STOP
    ) {
      return at;
    }
    if (isBefore(text, at, PRODUCT) || isBefore(text, at, VERSION_WORDS)) {
      return at; // `Chrome/120.0.0.0` and `version 1.2.3.4`.
    }
    return report('ip_address', at, end, 0.8) ? end : at;
  },
};

/** Finds IPv6 addresses in the forms of RFC 4291, section 2.2. */
export const ipv6Detector: Detector = {
  types: ['ip_address'],
  category: 'pii',
  anchor: { at: 'character', characters: ':' },
  detect(text, at, report) {
    if (!mayBeIpv6(text, at)) {
      return at;
    }
    let start = at;
    while (start > at - 5 && (classAt(text, start - 1) & HEX) !== 0 && !isEscape(text, start - 1)) {
      start -= 1;
    }
    const before = text.charCodeAt(start - 1);
    if (before === COLON || before === FULL_STOP || start === at - 5 || !isWordStart(text, start)) {
      return at;
    }
    let end = start;
    while (end < text.length && end < start + LONGEST && isAddressCharacter(text.charCodeAt(end))) {
      end += 1;
    }
    end = withoutPunctuation(text, start, end);
    if ((classAt(text, end) & ALPHANUMERIC) !== 0 || !isIpv6(text, start, end)) {
      return at;
    }
    const slice = text.slice(start, end).startsWith('::') && text.charAt(start - 1) === '[';
    if (slice && /[\w)\]]/.test(text.charAt(start - 2))) {
      return at; // `list[::2]`
    }
    return report('ip_address', start, end, 0.8) ? end : at;
  },
};

/** Tells a clock time and the end of a key from an address: two colons in a row, or six of them apart. */
function mayBeIpv6(text: string, at: number): boolean {
  if (text.charCodeAt(at + 1) === COLON) {
    return true;
  }
  let colons = 1;
  let position = at + 1;
  for (let run = 0; run < 5; position += 1) {
    if (text.charCodeAt(position) === COLON) {
      if (text.charCodeAt(position + 1) === COLON) {
        return run > 0;
      }
      colons += 1;
      run = 0;
    } else if ((classAt(text, position) & HEX) !== 0) {
      run += 1;
    } else {
      break;
    }
    if (colons === 6) {
      return true;
    }
  }
  return false;
}

function isEscape(text: string, at: number): boolean {
  return text.charCodeAt(at - 1) === 0x5c;
}

function isAddressCharacter(code: number): boolean {
  return code === COLON || ((CLASSES[code] as number) & (HEX | DOT)) !== 0;
}

function withoutPunctuation(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && text.charCodeAt(last - 1) === FULL_STOP) {
    last -= 1;
  }
  const dangling = text.charCodeAt(last - 1) === COLON && text.charCodeAt(last - 2) !== COLON;
  return dangling ? last - 1 : last;
}

/** Reads the groups of an address; at most one run of two colons stands for groups of zero. */
function isIpv6(text: string, start: number, end: number): boolean {
  let groups = 0;
  let gap = -1;
  let digits = false;
  let onlyPairs = true;
  let at = start;
  while (at < end) {
    if (text.charCodeAt(at) === COLON) {
      // A colon leads on to the next group, or is the second of two.
      const double = text.charCodeAt(at + 1) === COLON;
      if ((double && gap >= 0) || (!double && at === start)) {
        return false;
      }
      gap = double ? groups : gap;
      at += double ? 2 : 1;
      continue;
    }
    const group = endOfRun(text, at, HEX, 5);
    if (group < end && text.charCodeAt(group) === FULL_STOP) {
      return isIpv4(text.slice(at, end)) && isComplete(groups + 2, gap, start, end);
    }
    if (group === at || group - at > 4) {
      return false;
    }
    digits ||= hasDigit(text.slice(at, group));
    onlyPairs &&= group - at === 2;
    groups += 1;
    at = group;
  }
  // Eight pairs of digits are an EUI-64 or a piece of a fingerprint; letters alone are more often names in a program.
  return digits && !(onlyPairs && gap < 0) && isComplete(groups, gap, start, end) && isLikely(text, start, end, groups);
}

function isComplete(groups: number, gap: number, start: number, end: number): boolean {
  return end > start && (gap < 0 ? groups === 8 : groups < 8);
}

/** `a1::b` may be a name: a short form needs a first group that looks like a network, or company; `::1` is loopback. */
function isLikely(text: string, start: number, end: number, groups: number): boolean {
  return groups >= 3 || endOfRun(text, start, HEX, 4) - start >= 3 || text.slice(start, end) === '::1';
}

function isIpv4(address: string): boolean {
  const octets = address.split('.');
  return octets.length === 4 && octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256);
}
