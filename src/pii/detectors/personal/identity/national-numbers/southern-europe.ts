import { isRepeated, passesLuhn, weighted } from '../../checksums.js';
import type { NumberRule, WordRule } from './number-rule.js';

const SPANISH_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';
const PORTUGUESE_WEIGHTS = [9, 8, 7, 6, 5, 4, 3, 2];
/** What a sign at an odd place counts, from 0 to 9 and from A to Z (Decreto ministeriale of 23 December 1976). */
const ITALIAN_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const ITALIAN_ODD_LETTERS = [...ITALIAN_ODD, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Numbers of Spain, Portugal and Italy of digits. */
export const southernNumbers: readonly NumberRule[] = [
  {
    // Documento nacional de identidad: eight digits and the letter of their remainder by 23 (Real Decreto 1553/2005).
    type: 'national_id',
    names: ['dni', 'nationalId'],
    written: '8|2.3.3',
    rest: /[- ]?[A-Z]/iy,
    isValid: (digits, rest) =>
      SPANISH_LETTERS.charAt(Number(Array.from(digits).slice(0, 8).join('')) % 23) === rest.slice(-1).toUpperCase(),
  },
  {
    // Número de identificação fiscal: weights 9 to 2, modulo 11 (Autoridade Tributária e Aduaneira).
    type: 'tax_id',
    names: ['nifPt'],
    written: '9|3~3~3',
    isValid(digits) {
      const check = 11 - (weighted(digits, PORTUGUESE_WEIGHTS) % 11);
      return '12356789'.includes(String(digits[0])) && (check > 9 ? 0 : check) === digits[8];
    },
  },
  {
    // Partita IVA: ten digits and the check digit of Luhn (Decreto del Presidente della Repubblica 633/1972, art. 35).
    type: 'tax_id',
    names: ['iva'],
    written: '11',
    isValid: (digits) => !isRepeated(digits, 11) && passesLuhn(digits, 0, 11),
  },
];

/** Identifiers with letters of Spain and Italy. */
export const southernWords: readonly WordRule[] = [
  {
    // Número de identidad de extranjero: X, Y and Z stand for 0, 1 and 2 ahead of seven digits (Orden INT/2058/2008).
    type: 'national_id',
    names: [],
    lengths: [1, 8, 9],
    form: /[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]/y,
    isValid(word) {
      const signs = word.replaceAll('-', '');
      const number = Number(String('XYZ'.indexOf(signs.charAt(0))) + signs.slice(1, 8));
      return SPANISH_LETTERS.charAt(number % 23) === signs.charAt(8);
    },
  },
  {
    // Codice fiscale: surname, name, year, month, day (plus 40 for women), place, check letter; digits may be replaced by
    // the letters L to V where two people would have the same (Decreto ministeriale of 23 December 1976).
    type: 'tax_id',
    names: [],
    lengths: [16],
    form: /[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]/y,
    isValid: (word) => italianCheck(word) === word.charAt(15),
  },
  {
    // Carta d'identità: two letters and five digits, and two letters behind them on the electronic card.
    type: 'national_id',
    names: ['identityCard'],
    lengths: [9],
    form: /[A-Z]{2}(?:\d{5}[A-Z]{2}|\d{7})/y,
  },
];

function italianCheck(word: string): string {
  let sum = 0;
  for (let at = 0; at < 15; at += 1) {
    const code = word.charCodeAt(at);
    const value = code >= 0x41 ? code - 65 : code - 48;
    sum += at % 2 === 1 ? value : ((code >= 0x41 ? ITALIAN_ODD_LETTERS : ITALIAN_ODD)[value] as number);
  }
  return String.fromCharCode(65 + (sum % 26));
}
