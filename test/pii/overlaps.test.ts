import { expect, test } from '@jest/globals';
import { withoutOverlaps } from '../../src/pii/overlaps.js';
import { finding } from './support.js';

test('puts findings in order', () => {
  const [a, b] = [finding('a', 0, 2), finding('b', 2, 4)];
  expect(withoutOverlaps([b, a])).toEqual([a, b]);
});

test('joins secrets that overlap under the surest, then the longest', () => {
  const secret = (type: string, start: number, end: number) => ({
    ...finding(type, start, end),
    category: 'secret' as const,
  });
  const unsure = { ...secret('unsure', 0, 10), confidence: 0.5 };
  expect(withoutOverlaps([unsure, secret('sure', 4, 12)])).toEqual([secret('sure', 0, 12)]);
  expect(withoutOverlaps([secret('short', 0, 4), secret('long', 2, 9)])).toEqual([secret('long', 0, 9)]);
  expect(withoutOverlaps([secret('a', 0, 4), secret('b', 3, 6), secret('c', 5, 9), secret('d', 9, 10)])).toEqual([
    secret('a', 0, 9),
    secret('d', 9, 10),
  ]);
});

test('joins personal data of one type', () => {
  expect(withoutOverlaps([finding('email', 0, 4), finding('email', 2, 9)])).toEqual([finding('email', 0, 9)]);
});

test('keeps what is of different kinds, as different things may be done about it', () => {
  const password = { ...finding('password', 0, 12), category: 'secret' as const };
  const hidden = { ...finding('zero_width', 3, 4), category: 'text' as const };
  const all = [password, finding('email', 2, 12), hidden, finding('ssn', 5, 9)];
  expect(withoutOverlaps([...all].reverse())).toEqual(all);
});
