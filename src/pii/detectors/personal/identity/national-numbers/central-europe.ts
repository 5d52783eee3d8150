import { isDay, isRepeated, remainderOf, valueOf, weighted } from '../../checksums.js';
import type { NumberRule } from './number-rule.js';

const PESEL_WEIGHTS = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1];
const NIP_WEIGHTS = [6, 5, 7, 2, 3, 4, 5, 6, 7];
const EAN_WEIGHTS = [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1];
const ROMANIAN_WEIGHTS = [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9];

/** Numbers of Poland, Switzerland, Czechia and Romania of digits. */
export const centralNumbers: readonly NumberRule[] = [
  {
    // PESEL: date of birth with the century in the month, serial number, weights 1, 3, 7 and 9, modulo 10 (Ministerstwo
    // Cyfryzacji).
    type: 'national_id',
    names: ['pesel', 'nationalId'],
    written: '11',
    isValid: (digits) =>
      isDay(valueOf(digits, 2, 4) % 20, valueOf(digits, 4, 6)) && weighted(digits, PESEL_WEIGHTS) % 10 === 0,
  },
  {
    // NIP, the tax number of Poland: weights modulo 11 (Ministerstwo Finansów).
    type: 'tax_id',
    names: ['nip'],
    written: '10|3-3-2-2|3-2-2-3',
    isValid: (digits) => !isRepeated(digits, 10) && weighted(digits, NIP_WEIGHTS) % 11 === digits[9],
  },
  {
    // AHV number of Switzerland: country 756 and the check digit of EAN-13 (Zentrale Ausgleichsstelle).
    type: 'national_id',
    names: ['ahv'],
    written: '13|3.4.4.2|3 4 4 2',
    alone: '3.4.4.2',
    isValid: (digits) => valueOf(digits, 0, 3) === 756 && weighted(digits, EAN_WEIGHTS) % 10 === 0,
  },
  {
    // Rodné číslo of Czechia and Slovakia: date of birth, plus 50 on the month for women, divisible by 11 (zákon
    // č. 133/2000 Sb.).
    type: 'national_id',
    names: ['rodneCislo'],
    written: '10',
    isValid: (digits) =>
      remainderOf(digits, 0, 10, 11) === 0 && isDay(valueOf(digits, 2, 4) % 50, valueOf(digits, 4, 6)),
  },
  {
    // Cod numeric personal of Romania: sex and century, date of birth, county, serial number, weights modulo 11
    // (OUG 97/2005).
    type: 'national_id',
    names: ['cnp'],
    written: '13',
    isValid: (digits) =>
      digits[0] !== 0 &&
      isDay(valueOf(digits, 3, 5), valueOf(digits, 5, 7)) &&
      (weighted(digits, ROMANIAN_WEIGHTS) % 11) % 10 === digits[12],
  },
];
