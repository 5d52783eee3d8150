import { isRepeated, passesLuhn, valueOf, weighted } from '../../checksums.js';
import type { NumberRule } from './number-rule.js';

const TAX_WEIGHTS = [1, 4, 3, 7, 5, 8, 6, 9, 10];
const SHORT_TAX_WEIGHTS = [10, 7, 8, 4, 6, 3, 5, 1];
const MEDICARE_WEIGHTS = [1, 3, 7, 9, 1, 3, 7, 9];
const COMPANY_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 1];
/** 10 times the subtracted 1 of the first digit, which the check of a business number begins with. */
const BUSINESS_WEIGHTS = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];

/** Numbers of Canada of digits. */
export const canadianNumbers: readonly NumberRule[] = [
  {
    // Social insurance number: Luhn; none begins with 8 (Employment and Social Development Canada).
    type: 'national_id',
    names: ['sin'],
    written: '9|3~3~3',
    isValid: (digits) => digits[0] !== 8 && !isRepeated(digits, 9) && passesLuhn(digits, 0, 9),
  },
];

/** Numbers of Australia of digits. */
export const australianNumbers: readonly NumberRule[] = [
  {
    // Tax file number: weights modulo 11 (Australian Taxation Office).
    type: 'tax_id',
    names: ['tfn'],
    written: '9|3~3~3',
    isValid: (digits) => !isRepeated(digits, 9) && weighted(digits, TAX_WEIGHTS) % 11 === 0,
  },
  {
    // ... and the older ones of eight digits.
    type: 'tax_id',
    names: ['tfn'],
    written: '8|2~3~3',
    isValid: (digits) => !isRepeated(digits, 8) && weighted(digits, SHORT_TAX_WEIGHTS) % 11 === 0,
  },
  {
    // Medicare number: 2 to 6 first, weights 1, 3, 7 and 9 modulo 10 in the ninth place, then the issue and at times the
    // person's place on the card (Services Australia).
    type: 'health_id',
    names: ['medicare'],
    written: '10|4~5~1|11|4~5~1~1',
    isValid: (digits) =>
      (digits[0] as number) >= 2 &&
      (digits[0] as number) <= 6 &&
      weighted(digits, MEDICARE_WEIGHTS) % 10 === digits[8] &&
      digits[9] !== 0,
  },
  {
    // Australian business number: 1 taken from the first digit, weights modulo 89 (Australian Business Register).
    type: 'tax_id',
    names: ['abn'],
    written: '11|2~3~3~3',
    isValid: (digits) => digits[0] !== 0 && (weighted(digits, BUSINESS_WEIGHTS) - 10) % 89 === 0,
  },
  {
    // Australian company number: weights 8 to 1, modulo 10 (Australian Securities and Investments Commission).
    type: 'tax_id',
    names: ['acn'],
    written: '9|3~3~3',
    isValid: (digits) =>
      valueOf(digits, 0, 9) > 0 && (10 - (weighted(digits, COMPANY_WEIGHTS) % 10)) % 10 === digits[8],
  },
];
