import type { Detector } from '../../../detector.js';
import type { NumberGroups } from '../../../number-groups.js';
import { isBefore, isNear, isPartOfLonger } from '../../../surroundings.js';

const SSN_WORDS =
  /(?:^|[^a-z])ssn(?![a-z])|social[ _-]{0,2}sec|(?:^|[^a-z])ss ?#|(?:^|[^A-Za-z])tax(?:payer)?[ _-]?id/i;
/** The same where an underscore joins it with the number: `ssn_123456789`. */
const NAME_JOINED = /(?:(?:^|[^a-z])ssn?|social_?sec(?:urity)?)(?:_?(?:no|nr|num|number))?_$/i;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;
const SLASH = 0x2f;
const UNDERSCORE = 0x5f;

/** Numbers that were printed as samples, and are nobody's (Social Security Administration, "Misused SSNs"). */
const SAMPLES: ReadonlySet<string> = new Set(['078051120', '219099999', '457555462']);
const VERSION_WORDS = /(?:version|ver|build|release|firmware|v|section|chapter|isbn|part|sku|order)[ .:="'\\]{0,6}$/i;

/**
 * Finds United States social security numbers.
 *
 * Area 000, 666 and 900 to 999, group 00 and serial 0000 were never given out (Social Security Administration, POMS
 * RM 10201.035). Nine digits in a row are one only where a word nearby says so, and with full stops in a sentence.
 */
export const ssnDetector: Detector = {
  types: ['ssn'],
  category: 'pii',
  anchor: { at: 'number', takes: (groups) => isGrouped(groups) || groups.length(0) === 9 },
  detect(text, at, report, groups) {
    const grouped = isGrouped(groups);
    if (!grouped && (groups.length(0) !== 9 || groups.count > 1)) {
      return at;
    }
    const end = grouped ? groups.end(2) : groups.end(0);
    const separator = grouped ? groups.separator(1) : 0;
    if (isPartOfLonger(text, at, end) && !isOnlyBeside(text, at, end, separator)) {
      return at;
    }
    const digits = grouped
      ? text.slice(at, at + 3) + text.slice(at + 4, at + 6) + text.slice(end - 4, end)
      : text.slice(at, end);
    if (!isAssignable(digits)) {
      return at;
    }
    if (separator === HYPHEN) {
      return report('ssn', at, end, 0.9) ? end : at;
    }
    const named = isNear(text, at, end, SSN_WORDS);
    if (!named && (separator === 0 || groups.count > 3 || !standsAlone(text, at, end))) {
      return at;
    }
    return report('ssn', at, end, named ? 0.9 : 0.6) ? end : at;
  },
};

/** True where what touches the digits is not a part of them: a name or a note joined by an underscore, or a slash. */
function isOnlyBeside(text: string, at: number, end: number, separator: number): boolean {
  const ahead = text.charCodeAt(at - 1) === UNDERSCORE;
  if (ahead ? !isBefore(text, at, NAME_JOINED) : isPartOfLonger(text, at, text.length)) {
    return false;
  }
  const next = text.charCodeAt(end);
  if (next === UNDERSCORE || next === SLASH) {
    return ahead || (next === UNDERSCORE && separator === HYPHEN) || isNear(text, at, end, SSN_WORDS);
  }
  return ahead && !isPartOfLonger(text, 0, end);
}

/** True for no part of a table of numbers, no version and no value of JSON. */
function standsAlone(text: string, at: number, end: number): boolean {
  const spaced = text.charCodeAt(at + 3) !== FULL_STOP;
  return spaced
    ? !/\d $/.test(text.slice(Math.max(0, at - 2), at))
    : /^$|\s/.test(text.charAt(at - 1)) && /^$|[\s.,;!?)]/.test(text.charAt(end)) && !isBefore(text, at, VERSION_WORDS);
}

function isGrouped(groups: NumberGroups): boolean {
  const separator = groups.separator(1);
  return (
    groups.length(0) === 3 &&
    groups.length(1) === 2 &&
    groups.length(2) === 4 &&
    separator === groups.separator(2) &&
    (separator === SPACE || separator === HYPHEN || separator === FULL_STOP)
  );
}

/** True if nine digits may be a social security number that was given to somebody. */
export function isAssignable(digits: string): boolean {
  const area = digits.slice(0, 3);
  return (
    digits.length === 9 &&
    area !== '000' &&
    area !== '666' &&
    area < '900' &&
    digits.slice(3, 5) !== '00' &&
    digits.slice(5) !== '0000' &&
    !SAMPLES.has(digits)
  );
}
