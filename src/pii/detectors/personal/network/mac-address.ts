import {
  ALPHANUMERIC,
  CLASSES,
  classAt,
  DIGIT,
  HEX,
  HEX_DIGITS,
  HEX_LETTER,
  isWordStart,
} from '../../../characters.js';
import type { Detector, Report } from '../../../detector.js';

const COLON = 0x3a;
const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;
/** Six pairs and five separators. */
const PAIRS = 17;
/** Three groups of four and two full stops, as Cisco's systems write an address. */
const FOURS = 14;

/** Finds hardware addresses of six pairs, with colons or hyphens (EUI-48, IEEE 802, "Guidelines for use of EUI"). */
export const macAddressDetector: Detector = {
  types: ['mac_address'],
  category: 'pii',
  anchor: { at: 'character', characters: ':-', before: HEX_DIGITS, behind: HEX_DIGITS, again: 3 },
  detect(text, at, report) {
    const separator = text.charCodeAt(at);
    // The first of five equal signs which stand three apart is asked, and all others know at a glance that they are not it.
    if (text.charCodeAt(at + 3) !== separator || text.charCodeAt(at + 6) !== separator) {
      return at;
    }
    return reportAddress(text, at - 2, PAIRS, 3, separator, report) ?? at;
  },
};

/** Finds hardware addresses of three groups of four, as Cisco's systems write them. */
export const dottedMacAddressDetector: Detector = {
  types: ['mac_address'],
  category: 'pii',
  anchor: { at: 'character', characters: '.', before: HEX_DIGITS, behind: HEX_DIGITS, again: 5 },
  detect(text, at, report) {
    return text.charCodeAt(at + 5) === FULL_STOP
      ? (reportAddress(text, at - 4, FOURS, 5, FULL_STOP, report) ?? at)
      : at;
  },
};

function reportAddress(
  text: string,
  start: number,
  length: number,
  step: number,
  separator: number,
  report: Report,
): number | undefined {
  const before = text.charCodeAt(start - 1);
  // A longer chain is a fingerprint or an EUI-64.
  const chained =
    (before === COLON || before === HYPHEN || before === FULL_STOP) && (classAt(text, start - 2) & HEX) !== 0;
  const end = start + length;
  if (
    start < 0 ||
    chained ||
    (classAt(text, start) & HEX) === 0 ||
    !isMacAddress(text.slice(start, end), step, separator)
  ) {
    return undefined;
  }
  const behind = text.charCodeAt(end);
  const goesOn =
    (behind === separator || behind === COLON || behind === HYPHEN) && (classAt(text, end + 1) & HEX) !== 0;
  if (goesOn || !isWordStart(text, start) || (classAt(text, end) & ALPHANUMERIC) !== 0) {
    return undefined;
  }
  return report('mac_address', start, end, 0.9) ? end : undefined;
}

/** True for a hardware address which one device has: neither the broadcast address nor a row of one digit. */
export function isMacAddress(address: string, step = 3, separator = address.charCodeAt(2)): boolean {
  let letters = 0;
  let digits = 0;
  let varied = false;
  for (let at = 0; at < address.length; at += 1) {
    const code = address.charCodeAt(at);
    if (at % step === step - 1) {
      if (code !== separator) {
        return false;
      }
      continue;
    }
    const bits = CLASSES[code] as number;
    if ((bits & HEX) === 0) {
      return false;
    }
    letters += (bits & HEX_LETTER) !== 0 ? 1 : 0;
    digits += (bits & DIGIT) !== 0 ? 1 : 0;
    varied ||= code !== address.charCodeAt(0);
  }
  // Pairs of digits with hyphens are dates and draws, and fours with full stops amounts, where no letter is among them.
  return letters + digits === 12 && varied && (letters > 0 || separator === COLON);
}
