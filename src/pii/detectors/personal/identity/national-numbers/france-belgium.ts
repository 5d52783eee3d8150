import { isDay, remainderOf, valueOf, type Digits } from '../../checksums.js';
import type { NumberRule } from './number-rule.js';

/** Numbers of France of digits. */
export const frenchNumbers: readonly NumberRule[] = [
  {
    // Numéro d'inscription au répertoire: sex, year, month, department, commune, order, and a key modulo 97 (INSEE,
    // Répertoire national d'identification des personnes physiques).
    type: 'national_id',
    names: ['nir'],
    written: '15|1~2~2~2~3~3~2|13~2',
    alone: '15|1~2~2~2~3~3~2|13~2',
    isValid(digits) {
      const [sex = 0] = Array.from(digits);
      const month = valueOf(digits, 3, 5);
      const department = valueOf(digits, 5, 7);
      const known = (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
      const key = 97 - remainderOf(digits, 0, 13, 97);
      return (sex === 1 || sex === 2) && known && department >= 1 && key === valueOf(digits, 13, 15);
    },
  },
];

/** Numbers of Belgium of digits. */
export const belgianNumbers: readonly NumberRule[] = [
  {
    // National register number: date of birth, order, and a key modulo 97, with a 2 ahead for births from 2000 on
    // (FPS Interior, National Register).
    type: 'national_id',
    names: ['rijksregister', 'nationalId'],
    written: '11|2.2.2-3.2|2~2~2~3~2',
    alone: '2.2.2-3.2',
    isValid: (digits) => isDay(valueOf(digits, 2, 4), valueOf(digits, 4, 6)) && hasBelgianKey(digits),
  },
];

function hasBelgianKey(digits: Digits): boolean {
  const number = valueOf(digits, 0, 9);
  const key = valueOf(digits, 9, 11);
  return 97 - (number % 97) === key || 97 - ((number + 2_000_000_000) % 97) === key;
}
