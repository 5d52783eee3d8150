import { expect, test } from '@jest/globals';
import { withoutOverlaps } from '../../src/pii/overlaps.js';
import { finding } from './support.js';

test('puts findings in order', () => {
  const [a, b] = [finding('a', 0, 2), finding('b', 2, 4)];
  expect(withoutOverlaps([b, a])).toEqual([a, b]);
});

test('joins what overlaps under the surest, then the longest', () => {
  const unsure = { ...finding('unsure', 0, 10), confidence: 0.5 };
  expect(withoutOverlaps([unsure, finding('sure', 4, 12)])).toEqual([finding('sure', 0, 12)]);
  expect(withoutOverlaps([finding('short', 0, 4), finding('long', 2, 9)])).toEqual([finding('long', 0, 9)]);
  expect(withoutOverlaps([finding('a', 0, 4), finding('b', 3, 6), finding('c', 5, 9), finding('d', 9, 10)])).toEqual([
    finding('a', 0, 9),
    finding('d', 9, 10),
  ]);
});
