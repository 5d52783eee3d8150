import type { Detector } from '../detector.js';
import type { NumberGroups } from '../number-groups.js';
import { isNear, isPartOfLonger } from '../surroundings.js';

const SSN_WORDS =
  /(?:^|[^a-z])ssn(?![a-z])|social[ _-]{0,2}sec|(?:^|[^a-z])ss ?#|(?:^|[^A-Za-z])tax(?:payer)?[ _-]?id/i;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;

/**
 * Finds United States social security numbers.
 *
 * Area 000, 666 and 900 to 999, group 00 and serial 0000 were never given out (Social Security Administration, POMS
 * RM 10201.035). Nine digits in a row, or with full stops, are one only where a word nearby says so.
 */
export const ssnDetector: Detector = {
  types: ['ssn'],
  category: 'pii',
  anchor: { at: 'number' },
  detect(text, at, report, groups) {
    const grouped = isGrouped(groups);
    if (!grouped && groups.length(0) !== 9) {
      return at;
    }
    const end = grouped ? groups.end(2) : groups.end(0);
    if (isPartOfLonger(text, at, end) || !isAssignable(text.slice(at, end).replace(/\D/g, ''))) {
      return at;
    }
    const separator = grouped ? groups.separator(1) : 0;
    if (separator === HYPHEN) {
      return report('ssn', at, end, 0.9) ? end : at;
    }
    const named = isNear(text, at, end, SSN_WORDS);
    if (separator === SPACE && !named && (groups.separator(3) === SPACE || /\d $/.test(text.slice(at - 2, at)))) {
      return at; // A row of a table of numbers.
    }
    if (separator !== SPACE && !named) {
      return at;
    }
    return report('ssn', at, end, named ? 0.9 : 0.6) ? end : at;
  },
};

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

function isAssignable(digits: string): boolean {
  const area = digits.slice(0, 3);
  return area !== '000' && area !== '666' && area < '900' && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000';
}
