import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  isDay,
  passesLuhn,
  passesMod11And10,
  passesVerhoeff,
  remainderOf,
  weighted,
} from '../../../../src/pii/detectors/personal/checksums.js';

const DIGIT = fc.integer({ min: 0, max: 9 });
const NUMBER = fc.array(DIGIT, { minLength: 5, maxLength: 17 });

/** The digits with the one check digit that makes them pass. */
function withCheck(digits: number[], passes: (digits: number[]) => boolean): number[] {
  const checks = Array.from({ length: 10 }, (_, check) => [...digits, check]).filter(passes);
  expect(checks).toHaveLength(1);
  return checks[0]!;
}

describe.each<[string, (digits: number[]) => boolean]>([
  ['Luhn', (digits) => passesLuhn(digits, 0, digits.length)],
  ['MOD 11,10', (digits) => passesMod11And10(digits, digits.length)],
  ['Verhoeff', (digits) => passesVerhoeff(digits, digits.length)],
])('%s', (_, passes) => {
  test('has one check digit for any number, and finds any one wrong digit', () => {
    fc.assert(
      fc.property(NUMBER, fc.nat(), fc.integer({ min: 1, max: 9 }), (digits, place, change) => {
        const whole = withCheck(digits, passes);
        const at = place % whole.length;
        expect(passes(whole.map((digit, index) => (index === at ? (digit + change) % 10 : digit)))).toBe(false);
      }),
    );
  });
});

test('Verhoeff finds two digits that changed places', () => {
  fc.assert(
    fc.property(NUMBER, fc.nat(), (digits, place) => {
      const whole = withCheck(digits, (each) => passesVerhoeff(each, each.length));
      const at = place % (whole.length - 1);
      fc.pre(whole[at] !== whole[at + 1]);
      const swapped = whole.with(at, whole[at + 1]!).with(at + 1, whole[at]!);
      expect(passesVerhoeff(swapped, swapped.length)).toBe(false);
    }),
  );
});

test('a remainder is that of the whole number', () => {
  fc.assert(
    fc.property(NUMBER, (digits) => {
      expect(remainderOf(digits, 0, digits.length, 97)).toBe(Number(BigInt(digits.join('')) % 97n));
    }),
  );
});

test('a weighted sum counts as many digits as there are weights', () => {
  expect(weighted([1, 2, 3, 4], [10, 0, -1])).toBe(7);
});

test.each<[number, number, boolean]>([
  [2, 29, true],
  [2, 30, false],
  [4, 31, false],
  [12, 31, true],
  [0, 1, false],
  [13, 1, false],
  [1, 0, false],
])('month %d has a day %d: %s', (month, day, expected) => {
  expect(isDay(month, day)).toBe(expected);
});
