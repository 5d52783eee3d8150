import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { uuidV7 } from '../../src/audit/uuid-v7.js';

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });

test('has the form, the version and the variant of RFC 9562', () => {
  fc.assert(
    fc.property(time, (now) => {
      expect(uuidV7(now)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }),
  );
});

test('says its time, and sorts by it as text', () => {
  fc.assert(
    fc.property(time, time, (a, b) => {
      const [first, second] = [uuidV7(a), uuidV7(b)];
      expect(Number.parseInt(first.replaceAll('-', '').slice(0, 12), 16)).toBe(a);
      if (a < b) expect(first < second).toBe(true);
    }),
  );
});

test('takes a part of a millisecond for the whole', () => {
  expect(uuidV7(1.75).slice(0, 15)).toBe('00000000-0001-7');
});

test('is never the same twice, also within one millisecond and over a refill of the pool', () => {
  const ids = Array.from({ length: 5000 }, () => uuidV7(1_700_000_000_000));
  expect(new Set(ids).size).toBe(5000);
});
