import { isDay, passesMod11And10, valueOf, weighted, type Digits } from '../../checksums.js';
import type { NumberRule, WordRule } from './number-rule.js';

const INSURANCE_WEIGHTS = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
const HEALTH_WEIGHTS = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2];
const DOCUMENT_WEIGHTS = [7, 3, 1];

/** Numbers of Germany of digits. */
export const germanNumbers: readonly NumberRule[] = [
  {
    // Steuerliche Identifikationsnummer: MOD 11,10 and, among the first ten digits, one or two digits that repeat
    // (Bundeszentralamt für Steuern; § 139b AO, Steueridentifikationsnummerverordnung).
    type: 'tax_id',
    names: ['steuerId'],
    written: '11|2 3 3 3',
    isValid: (digits) => digits[0] !== 0 && repeatsAsTaxNumbersDo(digits) && passesMod11And10(digits, 11),
  },
  {
    // Versicherungsnummer of the pension insurance: area, date of birth, initial, serial number and check digit
    // (VKVV § 2 to § 4).
    type: 'national_id',
    names: [],
    alone: '8|2 6',
    rest: / ?[A-Z] ?\d{3}/y,
    isValid: (digits, rest) => isDay(valueOf(digits, 4, 6), valueOf(digits, 2, 4) % 50) && isInsured(digits, rest),
  },
];

/** Identifiers with letters of Germany. */
export const germanWords: readonly WordRule[] = [
  {
    // Krankenversichertennummer: a letter as two digits, weights 1 and 2, modulo 10 (§ 290 SGB V; GKV-Spitzenverband).
    type: 'health_id',
    names: ['healthInsuranceDe'],
    lengths: [10],
    form: /[A-Z]\d{9}/y,
    isValid: (word) => word.charCodeAt(9) - 48 === crossSum(letterDigits(word, 0, 9), HEALTH_WEIGHTS) % 10,
  },
  {
    // Serial number of an identity card: letters without vowels, and a check digit with weights 7, 3 and 1 where it is
    // given (Personalausweisverordnung; ICAO Doc 9303, part 3).
    type: 'national_id',
    names: ['identityCard', 'nationalId'],
    lengths: [9, 10],
    form: /[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d?/y,
    isValid: (word) => /\d/.test(word) && (word.length === 9 || word.charCodeAt(9) - 48 === documentCheck(word, 9)),
  },
];

/** The check digit of machine readable documents: weights 7, 3 and 1, modulo 10 (ICAO Doc 9303, part 3, section 4.9). */
export function documentCheck(text: string, end: number, start = 0): number {
  let sum = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    const value = code === 0x3c ? 0 : code >= 0x41 ? code - 55 : code - 48;
    sum += value * (DOCUMENT_WEIGHTS[(at - start) % 3] as number);
  }
  return sum % 10;
}

function repeatsAsTaxNumbersDo(digits: Digits): boolean {
  const counts = new Uint8Array(10);
  for (let at = 0; at < 10; at += 1) {
    const digit = digits[at] as number;
    counts[digit] = (counts[digit] as number) + 1;
  }
  const distinct = counts.filter((count) => count > 0).length;
  return (distinct === 9 || distinct === 8) && Math.max(...counts) <= 3;
}

function isInsured(digits: Digits, rest: string): boolean {
  const tail = rest.replaceAll(' ', '');
  const numbers = [...Array.from({ length: 8 }, (_, at) => digits[at] as number), ...letterDigits(tail, 0, 3)];
  return crossSum(numbers, INSURANCE_WEIGHTS) % 10 === tail.charCodeAt(3) - 48;
}

/** A letter at the front becomes its place in the alphabet, as two digits. */
function letterDigits(word: string, start: number, end: number): number[] {
  const place = word.charCodeAt(start) - 64;
  const digits = Array.from(word.slice(start + 1, end), Number);
  return [Math.floor(place / 10), place % 10, ...digits];
}

/** The sum of the digits of all products. */
function crossSum(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => {
    const product = weight * (digits[at] as number);
    return sum + Math.floor(product / 10) + (product % 10);
  }, 0);
}

/** The weighted sum that the social insurance number of Austria needs, which is written like a German one. */
export const austrianNumbers: readonly NumberRule[] = [
  {
    // Sozialversicherungsnummer: three digits, the check digit and the date of birth (Dachverband der
    // Sozialversicherungsträger).
    type: 'national_id',
    names: ['socialInsuranceDe'],
    written: '10|4 6',
    isValid: (digits) =>
      digits[0] !== 0 &&
      isDay(valueOf(digits, 6, 8), valueOf(digits, 4, 6)) &&
      weighted(digits, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === digits[3],
  },
];
