import type { NumberRule, WordRule } from './national-numbers/number-rule.js';

/**
 * Numbers of driving licences, which only a name directly ahead tells from other numbers; that of the United Kingdom has
 * a form of its own.
 *
 * The forms are those of the issuing states (AAMVA, D20 traffic records systems data dictionary, appendix of licence
 * formats; for Europe, Council of the European Union, PRADO).
 */
export const licenceNumbers: readonly NumberRule[] = [
  {
    type: 'driving_licence',
    names: ['licence'],
    labelled: true,
    written: '7|8|9|10|11|12|13|3~3~3|2~3~3|3~2~4|2~2~6~2|3~3~4',
  },
];

/** Numbers of driving licences that have letters. */
export const licenceWords: readonly WordRule[] = [
  {
    // In one word: a letter and digits in most of the United States; Germany, Italy, Spain.
    type: 'driving_licence',
    names: ['licence'],
    labelled: true,
    lengths: [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
    form: /[A-Z0-9]{6,16}/y,
    isValid: (word) => word.replace(/\D/g, '').length >= 4,
  },
  {
    // A letter and groups of digits: Florida, Illinois, Maryland, Michigan, Minnesota, New Jersey, Wisconsin.
    type: 'driving_licence',
    names: ['licence'],
    lengths: [1, 4, 5],
    form: /[A-Z][- ]?\d{3,4}(?:[- ]\d{2,5}){2,3}(?:-\d)?/y,
  },
  {
    // India: state, office, year of issue and seven digits.
    type: 'driving_licence',
    names: ['licence'],
    lengths: [2, 4, 15],
    form: /[A-Z]{2}[- ]?\d{2}[- ]?(?:19|20)\d{9}/y,
  },
];
