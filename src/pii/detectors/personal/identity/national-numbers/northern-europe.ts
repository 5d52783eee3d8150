import { isDay, passesLuhn, valueOf, weighted, type Digits } from '../../checksums.js';
import type { NumberRule, WordRule } from './number-rule.js';

const DUTCH_WEIGHTS = [9, 8, 7, 6, 5, 4, 3, 2, -1];
const IRISH_WEIGHTS = [8, 7, 6, 5, 4, 3, 2];
const IRISH_LETTERS = 'WABCDEFGHIJKLMNOPQRSTUV';
const FINNISH_SIGNS = '0123456789ABCDEFHJKLMNPRSTUVWXY';
const NORWEGIAN_FIRST = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
const NORWEGIAN_SECOND = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

/** Numbers of the Netherlands, Ireland and the Nordic countries of digits. */
export const northernNumbers: readonly NumberRule[] = [
  {
    // Burgerservicenummer: weights 9 to 2 and -1, modulo 11 (Logisch Ontwerp BSN, Rijksdienst voor Identiteitsgegevens).
    type: 'national_id',
    names: ['bsn'],
    written: '9|4~2~3|3~3~3',
    isValid: (digits) => valueOf(digits, 0, 9) > 0 && weighted(digits, DUTCH_WEIGHTS) % 11 === 0,
  },
  {
    // Personal public service number: seven digits and the letter of their remainder by 23 (Department of Social
    // Protection).
    type: 'national_id',
    names: ['pps'],
    written: '7',
    rest: /[A-W][ABHTW]?/y,
    isValid(digits, rest) {
      const second = rest.length > 1 ? IRISH_LETTERS.indexOf(rest.charAt(1)) * 9 : 0;
      return IRISH_LETTERS.charAt((weighted(digits, IRISH_WEIGHTS) + second) % 23) === rest.charAt(0);
    },
  },
  {
    // Personnummer with the century: date of birth, plus 60 on the day for a coordination number, and Luhn over the last
    // ten digits (Skatteverket, SKV 704).
    type: 'national_id',
    names: ['nordic', 'nationalId'],
    written: '12|8-4',
    alone: '8-4',
    isValid: (digits) => isCentury(valueOf(digits, 0, 2)) && isSwedish(digits, 2),
  },
  {
    // ... and without it.
    type: 'national_id',
    names: ['nordic', 'nationalId'],
    written: '10|6-4',
    isValid: (digits) => isSwedish(digits, 0),
  },
  {
    // CPR-nummer of Denmark: date of birth and serial number; the check digit is no longer kept (CPR-kontoret, 2007).
    type: 'national_id',
    names: ['nordic'],
    written: '6-4',
    isValid: (digits) => isDay(valueOf(digits, 2, 4), valueOf(digits, 0, 2)),
  },
  {
    // Fødselsnummer of Norway: date of birth, plus 40 on the day for a D number, and two check digits modulo 11
    // (Skatteetaten).
    type: 'national_id',
    names: ['nordic', 'nationalId'],
    written: '11|6~5',
    isValid: (digits) =>
      isDay(valueOf(digits, 2, 4), valueOf(digits, 0, 2) % 40) &&
      weighted(digits, NORWEGIAN_FIRST) % 11 === 0 &&
      weighted(digits, NORWEGIAN_SECOND) % 11 === 0,
  },
  {
    // Henkilötunnus of Finland: date of birth, a sign of the century, serial number, and the sign of the remainder by 31
    // (Digital and Population Data Services Agency). Here the century is the hyphen of the years 1900 to 1999 ...
    type: 'national_id',
    names: [],
    alone: '6-3|6-4',
    rest: /[A-FHJ-NPR-Y]?/y,
    isValid(digits, rest) {
      const check = rest === '' ? String(digits[9]) : rest;
      return isFinnish(valueOf(digits, 0, 6), valueOf(digits, 6, 9), check);
    },
  },
];

/** Identifiers with letters of the Nordic countries. */
export const northernWords: readonly WordRule[] = [
  {
    // ... and here a letter.
    type: 'national_id',
    names: [],
    lengths: [11],
    form: /\d{6}[A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]/y,
    isValid: (word) => isFinnish(Number(word.slice(0, 6)), Number(word.slice(7, 10)), word.charAt(10)),
  },
];

function isCentury(century: number): boolean {
  return century === 19 || century === 20;
}

function isSwedish(digits: Digits, start: number): boolean {
  const day = valueOf(digits, start + 4, start + 6);
  const month = valueOf(digits, start + 2, start + 4);
  return isDay(month, day > 60 ? day - 60 : day) && passesLuhn(digits, start, start + 10);
}

function isFinnish(date: number, serial: number, check: string): boolean {
  const day = Math.floor(date / 10_000);
  const month = Math.floor(date / 100) % 100;
  return serial >= 2 && isDay(month, day) && FINNISH_SIGNS.charAt((date * 1_000 + serial) % 31) === check;
}
