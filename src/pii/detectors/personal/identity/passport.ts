import type { NumberRule, WordRule } from './national-numbers/number-rule.js';

/**
 * Numbers of passports, which only a name nearby tells from other numbers.
 *
 * The forms are those of the issuing states (Council of the European Union, PRADO, register of authentic identity and
 * travel documents online; U.S. Department of State, next generation passport).
 */
export const passportNumbers: readonly NumberRule[] = [
  // United States, United Kingdom: nine digits; Spain, Brazil and others have letters.
  { type: 'passport', names: ['passport'], labelled: true, written: '9|8|3 3 3' },
];

/** Numbers of passports that have letters. */
export const passportWords: readonly WordRule[] = [
  {
    // One to three letters and six to eight digits: India, Australia, Italy, Spain, Japan, Canada, China, the United
    // States; with a letter at the end: Singapore; with one in the middle: Korea.
    type: 'passport',
    names: ['passport'],
    lengths: [8, 9, 10],
    form: /[A-Z]{1,3}\d{6,8}[A-Z]?|[A-Z]\d{3}[A-Z]\d{4}/y,
  },
  {
    // France: two digits, two letters, five digits.
    type: 'passport',
    names: ['passport'],
    lengths: [9],
    form: /\d{2}[A-Z]{2}\d{5}/y,
  },
  {
    // Germany, the Netherlands and others: nine letters and digits, with a check digit at times.
    type: 'passport',
    names: ['passport'],
    labelled: true,
    lengths: [8, 9, 10],
    form: /[A-Z][A-Z0-9]{7,9}/y,
    isValid: (word) => word.replace(/\D/g, '').length >= 3,
  },
];
