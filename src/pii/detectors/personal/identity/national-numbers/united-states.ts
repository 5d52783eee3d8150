import { passesLuhn, valueOf } from '../../checksums.js';
import type { NumberRule, WordRule } from './number-rule.js';

/** Two-digit prefixes that no employer identification number has (Internal Revenue Service, valid EIN prefixes). */
const NO_EMPLOYER = new Set([0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97]);
/** What Luhn makes of 80840, which stands ahead of a provider's number when its check digit is worked out. */
const PROVIDER_PREFIX = 24;
const BENEFICIARY =
  /[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d(-?)[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d\1[AC-HJKMNP-RT-Y]{2}\d\d/y;

/** Numbers of the United States of digits. */
export const unitedStatesNumbers: readonly NumberRule[] = [
  {
    // Individual taxpayer identification number: 9, and 50 to 65, 70 to 88, 90 to 92 or 94 to 99 as the fourth and fifth
    // digit (Internal Revenue Service, Internal Revenue Manual 3.21.263).
    type: 'tax_id',
    names: ['itin', 'taxId'],
    written: '3-2-4|3 2 4|3-6|5-4|9',
    alone: '3-2-4',
    isValid(digits) {
      const group = valueOf(digits, 3, 5);
      return digits[0] === 9 && ((group >= 50 && group <= 65) || (group >= 70 && group !== 89 && group !== 93));
    },
  },
  {
    // Employer identification number, which a sole proprietor has too.
    type: 'tax_id',
    names: ['ein', 'taxId'],
    written: '2-7',
    isValid: (digits) => !NO_EMPLOYER.has(valueOf(digits, 0, 2)),
  },
  {
    // National provider identifier: Luhn over 80840 and the number (45 CFR 162.406; CMS, NPI check digit).
    type: 'health_id',
    names: ['npi'],
    written: '10|4~3~3|3~3~4',
    isValid: (digits) => (digits[0] === 1 || digits[0] === 2) && passesLuhn(digits, 0, 10, PROVIDER_PREFIX),
  },
];

/** Identifiers with letters of the United States. */
export const unitedStatesWords: readonly WordRule[] = [
  {
    // Medicare beneficiary identifier: eleven signs, digits and letters other than S, L, O, I, B and Z at fixed places
    // (Centers for Medicare & Medicaid Services, Understanding the MBI format).
    type: 'health_id',
    names: [],
    lengths: [4, 11],
    form: BENEFICIARY,
  },
  {
    // Registration number of the Drug Enforcement Administration: the odd digits and twice the even ones end in the last
    // digit (21 CFR 1301; DEA Diversion Control Division).
    type: 'health_id',
    names: ['dea'],
    lengths: [9],
    form: /[ABCDEFGHJKLMPRSTUX][A-Z]\d{7}/y,
    isValid(word) {
      const digit = (at: number): number => word.charCodeAt(at + 1) - 48;
      return (digit(1) + digit(3) + digit(5) + 2 * (digit(2) + digit(4) + digit(6))) % 10 === digit(7);
    },
  },
];
