import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Turnover } from '../../src/session/turnover.js';

describe('entries that come and go', () => {
  test('it is a map, whatever is put in and taken out', () => {
    const step = fc.record({ key: fc.integer({ min: 0, max: 200 }), puts: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 2_000, size: 'max' }), (steps) => {
        const [map, turnover] = [new Map<number, object>(), new Turnover<number, object>()];
        for (const one of steps) {
          const { key, puts } = one;
          if (!puts) expect(turnover.delete(key)).toBe(map.delete(key));
          else {
            map.set(key, one);
            turnover.set(key, one);
          }
          expect([turnover.size, turnover.has(key), turnover.get(key)]).toEqual([map.size, map.has(key), map.get(key)]);
        }
        expect([...turnover.keys()]).toEqual([...map.keys()]);
        expect([...turnover.values()]).toEqual([...map.values()]);
        turnover.clear();
        expect(turnover.size).toBe(0);
      }),
      { numRuns: 20 },
    );
  });
});
