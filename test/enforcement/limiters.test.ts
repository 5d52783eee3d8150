import { expect, test } from '@jest/globals';
import { Limiters } from '../../src/enforcement/limiters.js';
import { toRateLimitRule } from '../../src/rate-limit/rate-limit-rule.js';

test('counts tools under the same rules together, and has none where there are no rules', () => {
  const limiters = new Limiters('memory', {});
  const rule = toRateLimitRule({ maxPerMinute: 1 });
  expect(limiters.for([])).toBeUndefined();
  expect(limiters.for([rule])).toBe(limiters.for([{ ...rule }]));
  expect(limiters.for([{ ...rule, maxPerMinute: 2 }])).not.toBe(limiters.for([rule]));
});
