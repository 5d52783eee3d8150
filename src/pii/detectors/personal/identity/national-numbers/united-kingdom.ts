import { isRepeated, weighted, type Digits } from '../../checksums.js';
import type { NumberRule, WordRule } from './number-rule.js';

const NHS_WEIGHTS = [10, 9, 8, 7, 6, 5, 4, 3, 2];
const UTR_WEIGHTS = [0, 6, 7, 8, 9, 10, 5, 4, 3, 2];
const UTR_CHECK = '21987654321';
/** Pairs of letters that no national insurance number begins with (HM Revenue & Customs, NIM39110). */
const NO_PREFIX = /^(?:BG|GB|KN|NK|NT|TN|ZZ)/;

/** Numbers of the United Kingdom of digits. */
export const unitedKingdomNumbers: readonly NumberRule[] = [
  {
    // NHS number: weights 10 to 2, modulo 11 (NHS Data Dictionary, NHS NUMBER).
    type: 'health_id',
    names: ['nhs'],
    written: '10|3~3~4',
    isValid: (digits) => !isRepeated(digits, 10) && checkOf11(weighted(digits, NHS_WEIGHTS)) === digits[9],
  },
  {
    // Unique taxpayer reference: the first of ten digits checks the others, modulo 11 (HM Revenue & Customs).
    type: 'tax_id',
    names: ['utr'],
    written: '10|5 5',
    isValid: (digits) => !isRepeated(digits, 10) && digits[0] === utrCheck(digits),
  },
];

/** Identifiers with letters of the United Kingdom. */
export const unitedKingdomWords: readonly WordRule[] = [
  {
    // National insurance number in pairs, as few other things are written; it has no check digit (HM Revenue & Customs,
    // NIM39110).
    type: 'national_id',
    names: [],
    lengths: [2],
    form: /[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]([ -])\d\d\1\d\d\1\d\d\1[A-D]/y,
    isValid: (word) => !NO_PREFIX.test(word),
  },
  {
    // ... and in one word, or in two or three.
    type: 'national_id',
    names: ['nino'],
    lengths: [2, 8, 9],
    form: /[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{6} ?[A-D]/y,
    isValid: (word) => !NO_PREFIX.test(word),
  },
  {
    // Driver number: five letters of the surname, decade, month (plus 50 for women), day and year of birth, initials, a
    // digit and two letters (Driver and Vehicle Licensing Agency, INF45).
    type: 'driving_licence',
    names: [],
    lengths: [16],
    form: /(?=[A-Z]{1,5}9{0,4}\d)[A-Z9]{5}\d(?:[05][1-9]|[16][0-2])(?:0[1-9]|[12]\d|3[01])\d[A-Z][A-Z9]\d[A-Z]{2}/y,
  },
];

/** The check digit modulo 11; -1 where no number has that sum. */
function checkOf11(sum: number): number {
  const check = 11 - (sum % 11);
  return check === 11 ? 0 : check === 10 ? -1 : check;
}

function utrCheck(digits: Digits): number {
  return Number(UTR_CHECK.charAt(weighted(digits, UTR_WEIGHTS) % 11));
}
