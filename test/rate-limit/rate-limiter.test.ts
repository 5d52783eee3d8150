import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createHook } from 'node:async_hooks';
import { isLimitExceeded } from '../../src/rate-limit/limit-exceeded.js';
import { RateCounters } from '../../src/rate-limit/rate-counters.js';
import type { RateLimitOptions } from '../../src/rate-limit/rate-limit-rule.js';
import { RateLimiter, type RateTicket } from '../../src/rate-limit/rate-limiter.js';
import { admitted, admittedOf, callOf, refused, rulesOf } from './support.js';

const limiterOf = (...options: RateLimitOptions[]): RateLimiter =>
  new RateLimiter(rulesOf(...options), { store: 'memory' });

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('RateLimiter.take', () => {
  it('refuses beyond a limit, says which and for how long', async () => {
    const limiter = limiterOf({ maxPerMinute: 2 });
    await admitted(limiter);
    jest.setSystemTime(1_010_500);
    await admitted(limiter);
    expect(await refused(limiter)).toEqual({ limit: '2 per minute', retryAfterSeconds: 50 });
    jest.setSystemTime(1_059_999);
    expect((await refused(limiter)).retryAfterSeconds).toBe(1);
    jest.setSystemTime(1_060_000);
    await admitted(limiter);
  });

  it.each([
    ['maxPerMinute', 60, '3 per minute'],
    ['maxPerHour', 3600, '3 per hour'],
    ['maxPerDay', 86_400, '3 per day'],
  ])('knows %s', async (field, seconds, limit) => {
    const limiter = limiterOf({ [field]: 3 });
    expect(await admittedOf(5, limiter)).toBe(3);
    expect(await refused(limiter)).toEqual({ limit, retryAfterSeconds: seconds });
    jest.advanceTimersByTime(seconds * 1000);
    expect(await admittedOf(5, limiter)).toBe(3);
  });

  it('admits exactly as many of a hundred at once as may', async () => {
    expect(await admittedOf(100, limiterOf({ maxPerMinute: 10 }))).toBe(10);
    expect(await admittedOf(100, limiterOf({ maxPerMinute: 10, maxPerHour: 5 }))).toBe(5);
    expect(await admittedOf(100, limiterOf({ maxPerMinute: 5, maxPerDay: 10 }))).toBe(5);
    expect(await admittedOf(100, limiterOf({ maxPerMinute: 10 }, { maxPerMinute: 7, by: ['tool'] }))).toBe(7);
  });

  it('tells the longest wait where several limits are used up', async () => {
    const limiter = limiterOf({ maxPerMinute: 1, maxPerDay: 2 });
    await admitted(limiter);
    expect((await refused(limiter)).limit).toBe('1 per minute');
    jest.advanceTimersByTime(60_000);
    await admitted(limiter);
    expect(await refused(limiter)).toEqual({ limit: '2 per day', retryAfterSeconds: 86_340 });
  });

  it('costs nothing where another window or rule refuses', async () => {
    const limiter = limiterOf({ maxPerMinute: 1, by: ['principal'] }, { maxPerHour: 3, by: ['tool'] });
    await admitted(limiter);
    for (let i = 0; i < 20; i += 1) expect((await refused(limiter)).limit).toBe('1 per minute');
    await admitted(limiter, callOf({ agent: 'b' }));
    await admitted(limiter, callOf({ agent: 'c' }));
    expect((await refused(limiter, callOf({ agent: 'd' }))).limit).toBe('3 per hour');
  });

  it('counts by tool and principal where nothing is said', async () => {
    const limiter = limiterOf({ maxPerMinute: 1 });
    await admitted(limiter);
    await admitted(limiter, callOf({ agent: 'other' }));
    await admitted(limiter, callOf({ tool: 'other' }));
    await refused(limiter, callOf({ sessionId: 'other', arguments: { other: 1 } }));
  });

  it('counts by an argument', async () => {
    const limiter = limiterOf({ maxPerMinute: 1, by: ['args.customer.id'] });
    await admitted(limiter, callOf({ arguments: { customer: { id: 'a' } } }));
    await admitted(limiter, callOf({ arguments: { customer: { id: 'b' } } }));
    await refused(limiter, callOf({ arguments: { customer: { id: 'a' } } }));
  });

  it('counts once where one rule is spelt twice', async () => {
    const limiter = limiterOf({ maxPerMinute: 2, by: ['args.id'] }, { maxPerMinute: 2, by: ['id'] });
    expect(await admittedOf(5, limiter)).toBe(2);
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty'])('counts a tool named %s like any other', async (tool) => {
    const limiter = limiterOf({ maxPerMinute: 1, maxConcurrent: 1 });
    await admitted(limiter, callOf({ tool }));
    await refused(limiter, callOf({ tool }));
    const leave = limiter.enter(callOf({ tool }));
    expect(isLimitExceeded(limiter.enter(callOf({ tool })))).toBe(true);
    expect(typeof leave).toBe('function');
  });

  it('admits at once where nothing is limited', () => {
    const limiter = limiterOf({});
    expect([limiter.limitsRate, limiter.limitsConcurrency]).toEqual([false, false]);
    const ticket = limiter.take(callOf());
    if (ticket instanceof Promise || isLimitExceeded(ticket)) throw new Error('not a ticket');
    ticket.giveBack();
    expect(ticket.takeAgain()).toBeUndefined();
    expect(limiter.enter(callOf())).toBeInstanceOf(Function);
    expect(limiterOf({ maxPerDay: 1 }).limitsRate).toBe(true);
    expect(limiterOf({ maxConcurrent: 1 }).limitsConcurrency).toBe(true);
  });

  it('refuses options that cannot work', () => {
    expect(() => new RateLimiter([], { store: {} as never })).toThrow(TypeError);
    expect(() => new RateLimiter([], { prefix: 'x'.repeat(101) })).toThrow(RangeError);
    expect(() => limiterOf({ maxPerMinute: Infinity })).toThrow('finite');
  });
});

describe('a ticket', () => {
  it('gives back what the call took, once', async () => {
    const limiter = limiterOf({ maxPerMinute: 2, maxPerHour: 2 });
    const ticket = await admitted(limiter);
    await admitted(limiter);
    ticket.giveBack();
    ticket.giveBack();
    await admitted(limiter);
    expect((await refused(limiter)).limit).toBe('2 per hour');
  });

  it('bounds the calls that were given back', async () => {
    const limiter = limiterOf({ maxPerMinute: 3 });
    for (let i = 0; i < 3; i += 1) (await admitted(limiter)).giveBack();
    expect(await refused(limiter)).toEqual({ limit: '3 refused calls per minute', retryAfterSeconds: 60 });
    await admitted(limiter, callOf({ agent: 'somebody else' }));
    jest.advanceTimersByTime(60_000);
    await admitted(limiter);
  });

  it('leaves other budgets alone where the one of refused calls is used up', async () => {
    const limiter = limiterOf({ maxPerMinute: 1, by: ['principal'] }, { maxPerMinute: 2, by: ['tool'] });
    (await admitted(limiter)).giveBack();
    for (let i = 0; i < 5; i += 1) await refused(limiter);
    await admitted(limiter, callOf({ agent: 'b' }));
  });

  it('takes again after an approval, and is then no refused call any more', async () => {
    const limiter = limiterOf({ maxPerMinute: 2 });
    const ticket = await admitted(limiter);
    ticket.giveBack();
    expect(await ticket.takeAgain()).toBeUndefined();
    expect(await ticket.takeAgain()).toBeUndefined();
    (await admitted(limiter)).giveBack();
    await admitted(limiter);
    expect((await refused(limiter)).limit).toBe('2 per minute');
  });

  it('can be approved though the refused calls are used up', async () => {
    const limiter = limiterOf({ maxPerMinute: 1 });
    const ticket = await admitted(limiter);
    ticket.giveBack();
    await refused(limiter);
    expect(await ticket.takeAgain()).toBeUndefined();
  });

  it('says so where the budget is used up when the approval comes, and holds nothing then', async () => {
    const limiter = limiterOf({ maxPerMinute: 1 });
    const pending = await admitted(limiter);
    pending.giveBack();
    jest.advanceTimersByTime(60_000);
    await admitted(limiter);
    expect(await pending.takeAgain()).toEqual({ limit: '1 per minute', retryAfterSeconds: 60 });
    pending.giveBack();
    expect((await refused(limiter)).limit).toBe('1 per minute');
  });

  it('gives back also while it takes again, and takes once for two approvals', async () => {
    const limiter = limiterOf({ maxPerMinute: 3 });
    const ticket = await admitted(limiter);
    ticket.giveBack();
    const both = [ticket.takeAgain(), ticket.takeAgain()];
    ticket.giveBack();
    expect(await Promise.all(both)).toEqual([undefined, undefined]);
    await Promise.resolve();
    expect(await admittedOf(5, limiter)).toBe(3);
  });

  it('never carries a point into the next window', async () => {
    const limiter = limiterOf({ maxPerMinute: 3 });
    const late = [await admitted(limiter), await admitted(limiter)];
    jest.advanceTimersByTime(60_000);
    late.forEach((ticket) => ticket.giveBack());
    expect(await admittedOf(9, limiter)).toBe(3);
  });
});

describe('a limiter that counts in memory', () => {
  /** How many promises are made meanwhile. */
  function promisesOf(work: () => void): number {
    let count = 0;
    const hook = createHook({ init: (_id, type) => void (count += type === 'PROMISE' ? 1 : 0) }).enable();
    try {
      work();
    } finally {
      hook.disable();
    }
    return count;
  }

  it('makes not one promise, whatever it answers', () => {
    const limiter = limiterOf({ maxPerMinute: 2, maxPerDay: 9 }, { maxPerHour: 3, by: ['session'] });
    const answers: unknown[] = [];
    const take = (): RateTicket => {
      const taken = limiter.take(callOf());
      if (taken instanceof Promise || isLimitExceeded(taken)) throw new Error('not a ticket');
      return taken;
    };
    const made = promisesOf(() => {
      const first = take();
      first.giveBack();
      answers.push(first.takeAgain(), first.takeAgain());
      const second = take();
      second.giveBack();
      take();
      answers.push(limiter.take(callOf()), second.takeAgain());
      first.giveBack();
      answers.push(second.takeAgain());
      second.giveBack();
      answers.push(limiter.take(callOf()));
    });
    expect(made).toBe(0);
    const full = { limit: '2 per minute', retryAfterSeconds: 60 };
    const tried = { limit: '2 refused calls per minute', retryAfterSeconds: 60 };
    expect(answers).toEqual([undefined, undefined, full, full, undefined, tried]);
    expect(promisesOf(() => void Promise.resolve())).toBe(1);
  });

  it('refuses at once where new keys share one budget, and that of refused calls is used up', () => {
    const limiter = new RateLimiter(rulesOf({ maxPerMinute: 1 }), { maxKeys: 1 });
    const take = (agent: string): unknown => limiter.take(callOf({ agent }));
    take('known');
    (take('invented') as RateTicket).giveBack();
    expect(take('invented too')).toEqual({ limit: '1 refused calls per minute', retryAfterSeconds: 60 });
  });
});

describe('RateLimiter.enter', () => {
  it('lets so many run at once, and ends a call once', () => {
    const limiter = limiterOf({ maxConcurrent: 2 });
    const first = limiter.enter(callOf());
    const second = limiter.enter(callOf());
    if (isLimitExceeded(first) || isLimitExceeded(second)) throw new Error('refused');
    expect(limiter.enter(callOf())).toEqual({ limit: '2 at once', retryAfterSeconds: 1 });
    expect(limiter.enter(callOf({ agent: 'b' }))).toBeInstanceOf(Function);
    first();
    first();
    expect(limiter.enter(callOf())).toBeInstanceOf(Function);
    expect(isLimitExceeded(limiter.enter(callOf()))).toBe(true);
  });

  it('holds nothing where another rule refuses, nor anything of calls that ended', () => {
    const counters = new RateCounters();
    const rules = rulesOf({ maxConcurrent: 5, by: ['tool'] }, { maxConcurrent: 1, by: ['principal'] });
    const limiter = new RateLimiter(rules, counters);
    const leave = limiter.enter(callOf());
    for (let i = 0; i < 10; i += 1) expect(isLimitExceeded(limiter.enter(callOf()))).toBe(true);
    const others = ['b', 'c', 'd', 'e'].map((agent) => limiter.enter(callOf({ agent })));
    for (const each of [leave, ...others]) {
      if (isLimitExceeded(each)) throw new Error(each.limit);
      each();
    }
    expect(counters.concurrency('["tool"]', 5).size).toBe(0);
    expect(counters.concurrency('["principal"]', 1).size).toBe(0);
  });
});

describe('RateCounters', () => {
  it('counts equal limits of several tools together, and unequal ones apart', async () => {
    const counters = new RateCounters();
    const of = (maxPerMinute: number): RateLimiter =>
      new RateLimiter(rulesOf({ maxPerMinute, maxConcurrent: 1, by: ['principal'] }), counters);
    const [search, write, other] = [of(2), of(2), of(3)];
    await admitted(search, callOf({ tool: 'search' }));
    await admitted(write, callOf({ tool: 'write' }));
    await refused(search, callOf({ tool: 'search' }));
    expect(await admittedOf(5, other)).toBe(3);
    expect(isLimitExceeded(search.enter(callOf()))).toBe(false);
    expect(isLimitExceeded(write.enter(callOf()))).toBe(true);
  });

  it('keeps limiters apart that share no counts', async () => {
    await admitted(limiterOf({ maxPerMinute: 1 }));
    await admitted(limiterOf({ maxPerMinute: 1 }));
  });

  it('refuses newcomers, not those it knows, once invented keys fill the memory', async () => {
    const limiter = new RateLimiter(rulesOf({ maxPerMinute: 2 }), { maxKeys: 50 });
    await admitted(limiter, callOf({ agent: 'known' }));
    for (let i = 0; i < 60; i += 1) {
      const taken = await limiter.take(callOf({ agent: `invented ${i}` }));
      if (!isLimitExceeded(taken)) taken.giveBack();
    }
    expect((await refused(limiter, callOf({ agent: 'new' }))).limit).toBe('2 refused calls per minute');
    await admitted(limiter, callOf({ agent: 'known' }));
  });
});
