import { isDay, valueOf, weighted, type Digits } from '../../checksums.js';
import type { NumberRule, WordRule } from './number-rule.js';

const CHINESE_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHINESE_SIGNS = '10X98765432';
const JAPANESE_WEIGHTS = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
const KOREAN_WEIGHTS = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
const THAI_WEIGHTS = [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2];
const SINGAPORE_WEIGHTS = [2, 7, 6, 5, 4, 3, 2];
/** The check letters by remainder: of citizens (S, T), of foreigners (F, G), and of foreigners from 2022 on (M). */
const SINGAPORE_LETTERS = { citizen: 'JZIHGFEDCBA', foreign: 'XWUTRQPNMLK', recent: 'XWUTRQPNJLK' };

/** Numbers of China, Japan, Korea and Thailand of digits. */
export const eastAsianNumbers: readonly NumberRule[] = [
  {
    // Resident identity number of China: region, date of birth, order, and a check sign MOD 11-2 (GB 11643-1999).
    type: 'national_id',
    names: [],
    alone: '18|17',
    rest: /X?/iy,
    isValid: isChinese,
  },
  {
    // My Number of Japan: eleven digits and a check digit modulo 11 (Ordinance of the Ministry of Internal Affairs and
    // Communications 85 of 2014, article 5).
    type: 'national_id',
    names: ['myNumber'],
    written: '12|4~4~4',
    isValid(digits) {
      const remainder = weighted(digits, JAPANESE_WEIGHTS) % 11;
      return (remainder <= 1 ? 0 : 11 - remainder) === digits[11];
    },
  },
  {
    // Resident and foreigner registration number of Korea, whose check digit is no longer kept since October 2020
    // (Ministry of the Interior and Safety): by name only.
    type: 'national_id',
    names: ['rrn', 'nationalId'],
    written: '6-7|13',
    isValid: isKorean,
  },
  {
    // ... and with the check digit, modulo 11.
    type: 'national_id',
    names: ['rrn'],
    written: '6-7',
    alone: '6-7',
    isValid: (digits) => isKorean(digits) && hasKoreanCheck(digits),
  },
  {
    // Identity number of Thailand: weights 13 to 2, modulo 11 (Department of Provincial Administration).
    type: 'national_id',
    names: ['thai', 'nationalId'],
    written: '13|1~4~5~2~1',
    alone: '1-4-5-2-1',
    isValid: (digits) =>
      (digits[0] as number) >= 1 &&
      (digits[0] as number) <= 8 &&
      (11 - (weighted(digits, THAI_WEIGHTS) % 11)) % 10 === digits[12],
  },
];

/** Identifiers with letters of Singapore. */
export const eastAsianWords: readonly WordRule[] = [
  {
    // NRIC and FIN: weights 2, 7, 6, 5, 4, 3 and 2, modulo 11, with 4 added for T and G and 3 for M (Immigration &
    // Checkpoints Authority).
    type: 'national_id',
    names: [],
    lengths: [9],
    form: /[STFGM]\d{7}[A-Z]/y,
    isValid(word) {
      const digits = Array.from(word.slice(1, 8), Number);
      const first = word.charAt(0);
      const added = first === 'T' || first === 'G' ? 4 : first === 'M' ? 3 : 0;
      const letters = SINGAPORE_LETTERS[first === 'M' ? 'recent' : 'ST'.includes(first) ? 'citizen' : 'foreign'];
      return letters.charAt((weighted(digits, SINGAPORE_WEIGHTS) + added) % 11) === word.charAt(8);
    },
  },
  {
    // ... and of that form, where a name says so.
    type: 'national_id',
    names: ['nric'],
    lengths: [9],
    form: /[STFGM]\d{7}[A-Z]/y,
  },
  {
    // Identity card of Hong Kong and of Taiwan are written alike with brackets or none; by name only.
    type: 'national_id',
    names: ['identityCard', 'nationalId'],
    lengths: [7, 8, 10],
    form: /[A-Z]{1,2}\d{6}(?:\([0-9A]\)|[0-9A])|[A-Z][1289]\d{8}/y,
  },
];

function isChinese(digits: Digits, rest: string): boolean {
  const year = valueOf(digits, 6, 10);
  const check = CHINESE_SIGNS.charAt(weighted(digits, CHINESE_WEIGHTS) % 11);
  const last = rest === '' ? String(digits[17]) : rest.toUpperCase();
  const region = valueOf(digits, 0, 2);
  return (
    check === last &&
    region >= 11 &&
    region <= 91 &&
    year >= 1900 &&
    year <= 2030 &&
    isDay(valueOf(digits, 10, 12), valueOf(digits, 12, 14))
  );
}

function isKorean(digits: Digits): boolean {
  return isDay(valueOf(digits, 2, 4), valueOf(digits, 4, 6)) && (digits[6] as number) >= 1 && digits[6] !== 9;
}

function hasKoreanCheck(digits: Digits): boolean {
  const check = (11 - (weighted(digits, KOREAN_WEIGHTS) % 11)) % 10;
  // For foreigners 2 is added.
  return (digits[6] as number) >= 5 ? (check + 2) % 10 === digits[12] : check === digits[12];
}
