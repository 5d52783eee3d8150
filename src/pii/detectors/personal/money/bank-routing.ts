import { passesLuhn, weighted } from '../checksums.js';
import type { NumberRule } from '../identity/national-numbers/number-rule.js';

const ROUTING_WEIGHTS = [3, 7, 1, 3, 7, 1, 3, 7, 1];

/** Numbers of banks and of their branches. */
export const bankNumbers: readonly NumberRule[] = [
  {
    // ABA routing transit number: first two digits 00 to 12, 21 to 32, 61 to 72 or 80, weights 3, 7 and 1, modulo 10
    // (Accredited Standards Committee X9, X9.100-160; American Bankers Association, routing number policy).
    type: 'bank_routing',
    names: ['routing'],
    written: '9|4-4-1|4 4 1|3 3 3',
    isValid(digits) {
      const first = (digits[0] as number) * 10 + (digits[1] as number);
      const known = first <= 12 || (first >= 21 && first <= 32) || (first >= 61 && first <= 72) || first === 80;
      const sum = weighted(digits, ROUTING_WEIGHTS);
      return known && sum > 0 && sum % 10 === 0;
    },
  },
  // Sort code of the United Kingdom and Ireland: three pairs (UK Payments, Industry Sorting Code Directory).
  { type: 'bank_routing', names: ['sortCode'], written: '2-2-2|2 2 2' },
  // Transit and institution number of Canada (Payments Canada, Rule F4).
  { type: 'bank_routing', names: ['transit'], written: '5-3' },
  // Bank state branch of Australia (Australian Payments Network, BSB directory).
  { type: 'bank_routing', names: ['bsb'], written: '3-3|3 3' },
];

/**
 * Numbers of bank accounts, which have no form of their own: six to seventeen digits behind a name (Nacha Operating Rules,
 * appendix three, receiver's account number; UK Payments, eight digits).
 */
export const accountNumbers: readonly NumberRule[] = [
  {
    type: 'bank_account',
    names: ['account'],
    unless: ['aws'],
    labelled: true,
    written: '7|8|9|10|11|12|17|4~4|4~4~4',
  },
  // Of the lengths of cards only what is no card's number.
  ...[13, 14, 15, 16].map((length): NumberRule => ({
    type: 'bank_account',
    names: ['account'],
    labelled: true,
    written: String(length),
    isValid: (digits) => !passesLuhn(digits, 0, length),
  })),
];
