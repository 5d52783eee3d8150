import { isDay, isRepeated, passesLuhn, valueOf, weighted } from '../../checksums.js';
import type { NumberRule } from './number-rule.js';

const TURKISH_WEIGHTS = [7, -1, 7, -1, 7, -1, 7, -1, 7];
const ONES = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

/** Numbers of Israel, South Africa and Turkey of digits. */
export const easternAfricanNumbers: readonly NumberRule[] = [
  {
    // Identity number of Israel: the check digit of Luhn over nine digits (Population and Immigration Authority).
    type: 'national_id',
    names: ['israeli'],
    written: '9|8-1',
    isValid: (digits) => !isRepeated(digits, 9) && passesLuhn(digits, 0, 9),
  },
  {
    // Identity number of South Africa: date of birth, serial number, citizenship, 8 or 9, and Luhn (Identification Act
    // 68 of 1997).
    type: 'national_id',
    names: ['idNumber', 'nationalId'],
    written: '13|6 4 3|6 4 2 1|6 4 1 1 1',
    isValid: (digits) =>
      isDay(valueOf(digits, 2, 4), valueOf(digits, 4, 6)) && (digits[10] as number) <= 2 && passesLuhn(digits, 0, 13),
  },
  {
    // T.C. kimlik numarası of Turkey: two check digits modulo 10 (Nüfus Hizmetleri Kanunu; Nüfus ve Vatandaşlık İşleri).
    type: 'national_id',
    names: ['tckn', 'nationalId', 'idNumber'],
    written: '11',
    isValid: (digits) =>
      digits[0] !== 0 &&
      (weighted(digits, TURKISH_WEIGHTS) + 100) % 10 === digits[9] &&
      weighted(digits, ONES) % 10 === digits[10],
  },
];
