import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  tableOfLetters,
  threeLetters,
  threeLettersBefore,
  withLetterAhead,
} from '../../../../src/pii/detectors/secrets/three-letters.js';

const letter = fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz'));
const word = fc.string({ unit: letter, minLength: 3, maxLength: 12 });

test('a table knows the first three letters of its words, in either case, and of no other word', () => {
  fc.assert(
    fc.property(fc.array(word), word, (words, other) => {
      const table = tableOfLetters([words, 1]);
      const known = words.some((each) => each.slice(0, 3) === other.slice(0, 3));
      expect(table[threeLettersBefore(other, 3)]).toBe(known ? 1 : 0);
      expect(table[threeLettersBefore(other.toUpperCase(), 3)]).toBe(known ? 1 : 0);
    }),
  );
});

test('letters that are read from the end make the same number', () => {
  fc.assert(
    fc.property(letter, letter, letter, (first, second, third) => {
      const [a, b, c] = [first, second, third].map((each) => each.charCodeAt(0)) as [number, number, number];
      expect([c, b, a].reduce(withLetterAhead, 0)).toBe(threeLetters(a, b, c));
    }),
  );
});
