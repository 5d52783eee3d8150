import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isoTime } from '../../src/enforcement/iso-time.js';

test('is what Date says, in whatever order it is asked', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 8.64e15 })), (times) => {
      for (const now of [...times, ...times.slice(-1)]) expect(isoTime(now)).toBe(new Date(now).toISOString());
    }),
  );
});

test('a time that there is not is refused, and the one before is not repeated for it', () => {
  isoTime(0);
  expect(() => isoTime(9e15)).toThrow(RangeError);
  expect(() => isoTime(9e15)).toThrow(RangeError);
});
