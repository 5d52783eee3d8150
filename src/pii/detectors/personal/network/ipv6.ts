import {
  ALPHANUMERIC,
  CLASSES,
  classAt,
  DOT,
  endOfRun,
  hasDigit,
  HEX,
  HEX_DIGITS,
  isWordStart,
} from '../../../characters.js';
import type { Detector } from '../../../detector.js';
import { isBefore } from '../../../surroundings.js';
import { isIpv4 } from './ipv4.js';

const FULL_STOP = 0x2e;
const COLON = 0x3a;
/** The longest written IPv6 address is 45 characters (RFC 4291 with an IPv4 tail); one more shows that it went on. */
const LONGEST = 46;
/** What is shorter says nothing by itself. */
const SHORTEST_TELLING = 5;
const LOOPBACK = '::1';
/** The length of a prefix behind an address. */
const LENGTH = /^\/\d{1,3}(?!\w)/;
const NETWORK_WORDS = /(?:ipv6|inet6)[^\n]{0,20}$/i;
const REACH = 25;
/** How each of these words ends. */
const SIX = 0x36;

interface Groups {
  readonly count: number;
  /** True if two colons stand for groups of zero. */
  readonly short: boolean;
  readonly digits: boolean;
  /** True if each group has two digits. */
  readonly pairs: boolean;
  /** True if an IPv4 address ends it. */
  readonly embedded: boolean;
}

/** Finds IPv6 addresses in the forms of RFC 4291, section 2.2; a zone (RFC 4007) or a length behind it is left out. */
export const ipv6Detectors: readonly Detector[] = [
  { at: 'character', characters: ':', behind: ':' } as const,
  { at: 'character', characters: ':', before: HEX_DIGITS, behind: HEX_DIGITS } as const,
].map((anchor) => ({
  types: ['ip_address'],
  category: 'pii',
  anchor,
  detect(text, at, report) {
    let start = at;
    while (start > at - 5 && (classAt(text, start - 1) & HEX) !== 0 && !isEscape(text, start - 1)) {
      start -= 1;
    }
    const before = text.charCodeAt(start - 1);
    if (
      before === COLON ||
      before === FULL_STOP ||
      start === at - 5 ||
      !mayBeIpv6(text, at) ||
      !isWordStart(text, start)
    ) {
      return at;
    }
    let end = start;
    while (end < text.length && end < start + LONGEST && isAddressCharacter(text.charCodeAt(end))) {
      end += 1;
    }
    end = withoutPunctuation(text, start, end);
    if ((classAt(text, end) & ALPHANUMERIC) !== 0 || !isLikely(text, start, end)) {
      return at;
    }
    return report('ip_address', start, end, 0.8) ? end : at;
  },
}));

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

/** Tells an address from the names, slices and fingerprints that are written like one. */
function isLikely(text: string, start: number, end: number): boolean {
  const isTelling = end - start >= SHORTEST_TELLING || text.startsWith(LOOPBACK, start);
  if (!isTelling && !isNamed(text, start) && !LENGTH.test(text.slice(end, end + 5))) {
    return false;
  }
  const address = text.slice(start, end);
  const groups = groupsOf(address);
  if (groups === undefined) {
    return false;
  }
  if (address === '::') {
    // Alone it is the scope operator of many languages.
    return LENGTH.test(text.slice(end, end + 5)) || isNamed(text, start);
  }
  if (address.startsWith('::') && text.charAt(start - 1) === '[' && /[\w)\]]/.test(text.charAt(start - 2))) {
    return false; // `list[::2]`
  }
  // Eight pairs of digits are an EUI-64 or a piece of a fingerprint; letters alone are more often names in a program.
  if (!groups.digits || (groups.pairs && !groups.short)) {
    return false;
  }
  // `a1::b` may be a name: a short form needs a first group that looks like a network, or company; `::1` is loopback.
  const telling =
    groups.embedded || groups.count >= 3 || endOfRun(text, start, HEX, 4) - start >= 3 || address === LOOPBACK;
  return telling || isNamed(text, start);
}

function isNamed(text: string, start: number): boolean {
  let at = start - 1;
  while (at >= start - REACH && text.charCodeAt(at) !== SIX) at -= 1;
  return at >= start - REACH && isBefore(text, start, NETWORK_WORDS, REACH);
}

/** True for an address in one of the forms of RFC 4291, section 2.2, without zone and prefix length. */
export function isIpv6(address: string): boolean {
  return groupsOf(address) !== undefined;
}

/** Reads the groups of an address; at most one run of two colons stands for groups of zero. */
function groupsOf(address: string): Groups | undefined {
  let count = 0;
  let short = false;
  let digits = false;
  let pairs = true;
  let at = 0;
  while (at < address.length) {
    if (address.charCodeAt(at) === COLON) {
      // A colon leads on to the next group, or is the second of two.
      const double = address.charCodeAt(at + 1) === COLON;
      if (double ? short : at === 0 || at === address.length - 1) {
        return undefined;
      }
      short ||= double;
      at += double ? 2 : 1;
      continue;
    }
    const group = endOfRun(address, at, HEX, 5);
    if (group === at || group - at > 4) {
      return undefined;
    }
    digits ||= hasDigit(address.slice(at, group));
    if (address.charCodeAt(group) === FULL_STOP) {
      count += 2;
      return isIpv4(address.slice(at)) && isComplete(count, short)
        ? { count, short, digits, pairs: false, embedded: true }
        : undefined;
    }
    pairs &&= group - at === 2;
    count += 1;
    at = group;
  }
  return isComplete(count, short) ? { count, short, digits, pairs, embedded: false } : undefined;
}

function isComplete(count: number, short: boolean): boolean {
  return short ? count < 8 : count === 8;
}
