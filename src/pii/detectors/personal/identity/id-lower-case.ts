import type { Detector } from '../../../detector.js';
import { isBefore } from '../../../surroundings.js';

/** A label: the name, words such as "number", and signs. */
const LABEL = String.raw`(?:[ _-]?(?:no|nr|num|number|id|#)\b\.?)?["'\\]{0,4} {0,2}(?:(?:is|was|[:=#]) {0,2}){0,2}["'\\]{0,4}`;
const PASSPORT = new RegExp(String.raw`passport${LABEL}([a-z]{1,3}\d{6,8}[a-z]?|\d{2}[a-z]{2}\d{5})(?![\w-])`, 'iy');
const LICENCE = new RegExp(
  String.raw`licen[cs]e${LABEL}([a-z]\d{6,14}|[a-z]{2}\d{6,9}|[a-z][- ]?\d{3,4}(?:[- ]\d{2,5}){2,3})(?![\w-])`,
  'iy',
);
const DRIVING = /driv(?:ing|er)(?:['’]?s['’]?)?[ _-]?$/i;

/**
 * Finds numbers of passports and of driving licences that are written in small letters: letters and digits are common, so
 * the label has to stand directly before them. The forms are those of `passport` and `driving_licence`.
 */
export const lowerCaseIdDetector: Detector = {
  types: ['passport', 'driving_licence'],
  category: 'pii',
  anchor: {
    at: 'prefix',
    prefixes: ['passport', 'Passport', 'PASSPORT', 'licens', 'licenc', 'Licens', 'Licenc', 'LICENS', 'LICENC'],
  },
  detect(text, at, report) {
    const isPassport = text.charAt(at).toLowerCase() === 'p';
    const pattern = isPassport ? PASSPORT : LICENCE;
    pattern.lastIndex = at;
    const value = pattern.exec(text)?.[1];
    if (value === undefined || value !== value.toLowerCase() || (!isPassport && !isBefore(text, at, DRIVING))) {
      return at;
    }
    const end = pattern.lastIndex;
    return report(isPassport ? 'passport' : 'driving_licence', end - value.length, end, 0.7) ? end : at;
  },
};
