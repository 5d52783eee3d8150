import { isRepeated, passesVerhoeff } from '../../checksums.js';
import type { NumberRule, WordRule } from './number-rule.js';

const SIGNS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Numbers of India of digits. */
export const indianNumbers: readonly NumberRule[] = [
  {
    // Aadhaar: twelve digits, not beginning with 0 or 1, with the check digit of Verhoeff (UIDAI, Aadhaar numbering
    // scheme).
    type: 'national_id',
    names: ['aadhaar'],
    written: '12|4~4~4',
    alone: '4 4 4',
    isValid: (digits) => (digits[0] as number) >= 2 && !isRepeated(digits, 12) && passesVerhoeff(digits, 12),
  },
];

/** Identifiers with letters of India. */
export const indianWords: readonly WordRule[] = [
  {
    // Goods and services tax number: state, permanent account number, registration, Z, and a check sign modulo 36 (Goods
    // and Services Tax Network).
    type: 'tax_id',
    names: [],
    lengths: [15],
    form: /[0-3]\d[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]/y,
    isValid(word) {
      let sum = 0;
      for (let at = 0; at < 14; at += 1) {
        const product = SIGNS.indexOf(word.charAt(at)) * (at % 2 === 0 ? 1 : 2);
        sum += Math.floor(product / 36) + (product % 36);
      }
      return SIGNS.charAt((36 - (sum % 36)) % 36) === word.charAt(14);
    },
  },
  {
    // ... and of that form, where a name says so.
    type: 'tax_id',
    names: ['gstin'],
    lengths: [15],
    form: /[0-3]\d[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]/y,
  },
  {
    // Permanent account number of a person: the fourth letter is P (Income Tax Department).
    type: 'tax_id',
    names: [],
    lengths: [10],
    form: /[A-Z]{3}P[A-Z]\d{4}[A-Z]/y,
  },
  {
    // ... and of another holder, such as a family or a company.
    type: 'tax_id',
    names: ['pan', 'taxId'],
    lengths: [10],
    form: /[A-Z]{3}[ABCFGHJLT][A-Z]\d{4}[A-Z]/y,
  },
  {
    // Elector's photo identity card: three letters and seven digits (Election Commission of India).
    type: 'national_id',
    names: ['voter'],
    lengths: [10],
    form: /[A-Z]{3}\d{7}/y,
  },
  {
    // Indian financial system code of a bank's branch: four letters, 0, six signs (Reserve Bank of India).
    type: 'bank_routing',
    names: ['ifsc'],
    lengths: [11],
    form: /[A-Z]{4}0[A-Z0-9]{6}/y,
  },
];
