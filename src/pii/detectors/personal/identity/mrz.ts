import { classAt, DIGIT, LETTER, UPPER } from '../../../characters.js';
import type { Detector } from '../../../detector.js';
import { documentCheck } from './national-numbers/germany.js';

const FILLER = 0x3c;
const LINE_BREAK = /(?:\\r)?(?:\\n)|\r?\n| {1,2}/y;

/** The two lines of a passport (TD3) and of larger cards (TD2), and the three of cards (TD1): how long each is. */
const PASSPORT_LINE = 44;
const LONG_CARD_LINE = 36;
const CARD_LINE = 30;

/**
 * Finds the machine readable zone of passports and identity cards (ICAO Doc 9303, parts 4 to 6): its lines, of which the
 * second or, on cards, the first has the number and its check digit.
 */
export const mrzDetector: Detector = {
  types: ['passport', 'national_id'],
  category: 'pii',
  anchor: {
    at: 'prefix',
    prefixes: ['P<', 'PM', 'PD', 'PO', 'PS', 'PN', 'I<', 'ID', 'IP', 'IR', 'A<', 'AC', 'AR', 'C<', 'CR', 'V<'],
  },
  detect(text, at, report) {
    if (text.charCodeAt(at - 1) === FILLER) {
      return at; // The middle of a line.
    }
    const length = lengthOfLine(text, at);
    if (length === CARD_LINE) {
      const end = endOfCard(text, at);
      return end > at && report('national_id', at, end, 0.95) ? end : at;
    }
    if ((length !== PASSPORT_LINE && length !== LONG_CARD_LINE) || !text.slice(at, at + length).includes('<<')) {
      return at;
    }
    const second = startOfNextLine(text, at + length);
    if (second === 0 || lengthOfLine(text, second) !== length || !isSecondLine(text, second)) {
      return at;
    }
    const end = second + length;
    return report(text.startsWith('P', at) ? 'passport' : 'national_id', at, end, 0.95) ? end : at;
  },
};

/** How many capital letters, digits and fillers follow; counts no further than any line is long. */
function lengthOfLine(text: string, at: number): number {
  let end = at;
  while (end - at <= PASSPORT_LINE && isSign(text, end)) {
    end += 1;
  }
  return (classAt(text, end) & (LETTER | DIGIT)) === 0 ? end - at : 0;
}

function isSign(text: string, at: number): boolean {
  return (classAt(text, at) & (UPPER | DIGIT)) !== 0 || text.charCodeAt(at) === FILLER;
}

function startOfNextLine(text: string, at: number): number {
  LINE_BREAK.lastIndex = at;
  return LINE_BREAK.test(text) ? LINE_BREAK.lastIndex : 0;
}

/** Number, date of birth and date of expiry, each with its check digit (part 4, section 4.2.2; part 6, section 4.2.2). */
function isSecondLine(text: string, at: number): boolean {
  return isChecked(text, at, 9) && isChecked(text, at + 13, 6) && isChecked(text, at + 21, 6);
}

/** Number in the first line, dates in the second, name in the third (part 5, section 4.2). */
function endOfCard(text: string, at: number): number {
  const second = startOfNextLine(text, at + CARD_LINE);
  const third = second === 0 ? 0 : startOfNextLine(text, second + CARD_LINE);
  const complete =
    third !== 0 &&
    lengthOfLine(text, second) === CARD_LINE &&
    lengthOfLine(text, third) === CARD_LINE &&
    isChecked(text, at + 5, 9) &&
    isChecked(text, second, 6) &&
    isChecked(text, second + 8, 6);
  return complete ? third + CARD_LINE : at;
}

function isChecked(text: string, start: number, length: number): boolean {
  const check = text.charCodeAt(start + length);
  return (check === FILLER ? 0 : check - 48) === documentCheck(text, start + length, start);
}
