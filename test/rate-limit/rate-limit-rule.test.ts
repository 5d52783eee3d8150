import { describe, expect, it } from '@jest/globals';
import { isLimitExceeded, limitExceeded } from '../../src/rate-limit/limit-exceeded.js';
import { toRateLimitRule } from '../../src/rate-limit/rate-limit-rule.js';
import { isPostgresLike, isRateLimitStore, isRedisLike } from '../../src/rate-limit/stores.js';

describe('toRateLimitRule', () => {
  it('settles every field and freezes the rule', () => {
    const rule = toRateLimitRule({ maxPerHour: 3 });
    expect(rule).toEqual({
      maxPerMinute: undefined,
      maxPerHour: 3,
      maxPerDay: undefined,
      maxConcurrent: undefined,
      by: ['tool', 'principal'],
    });
    expect(Object.isFrozen(rule) && Object.isFrozen(rule.by)).toBe(true);
    expect(toRateLimitRule({ by: ['session'] }).by).toEqual(['session']);
  });
});

describe('limitExceeded', () => {
  it.each([
    [0, 1],
    [-5, 1],
    [NaN, 1],
    [1, 1],
    [1000, 1],
    [1001, 2],
    [59_999.5, 60],
  ])('rounds a wait of %d ms up to %d s', (waitMs, seconds) => {
    expect(limitExceeded('5 per minute', waitMs)).toEqual({ limit: '5 per minute', retryAfterSeconds: seconds });
  });

  it('can be told from a ticket', () => {
    expect(isLimitExceeded(limitExceeded('x', 1))).toBe(true);
    expect(isLimitExceeded({ giveBack: () => undefined })).toBe(false);
  });
});

describe('isRateLimitStore', () => {
  it('knows the clients by what they can do', () => {
    expect(isRedisLike({ eval: () => undefined })).toBe(true);
    expect(isPostgresLike({ query: () => undefined })).toBe(true);
    expect(isRedisLike({ query: () => undefined, eval: () => undefined })).toBe(false);
    expect(isRateLimitStore('memory')).toBe(true);
    expect(isRateLimitStore('redis://localhost')).toBe(true);
    for (const other of ['redis', null, undefined, {}, 5]) expect(isRateLimitStore(other)).toBe(false);
  });
});
