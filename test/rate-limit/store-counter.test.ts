import { describe, expect, it } from '@jest/globals';
import { RateCounters, type RateCountersOptions } from '../../src/rate-limit/rate-counters.js';
import { RateLimiter } from '../../src/rate-limit/rate-limiter.js';
import type { RateLimitOptions } from '../../src/rate-limit/rate-limit-rule.js';
import { admitted, admittedOf, callOf, refused, rulesOf } from './support.js';

/** A Redis in a few lines, whose answers a test can hold back. */
class FakeRedis {
  readonly counts = new Map<string, number>();
  mode: 'answer' | 'hang' | 'fail' = 'answer';
  asked = 0;
  leftMs = 60_000;

  eval(_script: string, { keys, arguments: args }: { keys: string[]; arguments: string[] }): Promise<unknown> {
    this.asked += 1;
    if (this.mode === 'hang') return new Promise(() => undefined);
    if (this.mode === 'fail') return Promise.reject(new Error('READONLY'));
    const [key = ''] = keys;
    const [add = 0, , points = 0] = args.map(Number);
    const used = this.counts.get(key) ?? 0;
    if (add <= 0 || used + add <= points) this.counts.set(key, used + add);
    return Promise.resolve([used + add, this.leftMs]);
  }
}

function setUp(options: RateLimitOptions, over: RateCountersOptions = {}) {
  const redis = new FakeRedis();
  const faults: unknown[] = [];
  const counters = new RateCounters({
    store: redis,
    storeTimeoutMs: 30,
    storePauseMs: 100,
    onStoreFault: (fault) => faults.push(fault),
    ...over,
  });
  return { redis, faults, limiter: new RateLimiter(rulesOf(options), counters) };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a limiter whose store does not answer', () => {
  it('waits for its deadline once, not for ever and not with every call', async () => {
    const { redis, faults, limiter } = setUp(
      { maxPerMinute: 3, maxPerHour: 9, maxPerDay: 9 },
      { storePauseMs: 60_000 },
    );
    redis.mode = 'hang';
    const started = performance.now();
    for (let i = 0; i < 3; i += 1) await admitted(limiter);
    expect((await refused(limiter)).limit).toBe('3 per minute');
    expect(performance.now() - started).toBeLessThan(1000);
    expect(redis.asked).toBeLessThan(5);
    expect(faults).toHaveLength(1);
  });

  it('goes on from where the store was, and with the store when it is back', async () => {
    const { redis, limiter } = setUp({ maxPerMinute: 5 });
    expect(await admittedOf(3, limiter)).toBe(3);
    redis.mode = 'fail';
    expect(await admittedOf(9, limiter)).toBe(2);
    redis.mode = 'answer';
    await pause(120);
    expect(await admittedOf(1, limiter)).toBe(1);
    await admitted(limiter);
    await refused(limiter);
  });

  it('gives back and bounds refused calls meanwhile', async () => {
    const { redis, limiter } = setUp({ maxPerMinute: 3 }, { storePauseMs: 60_000 });
    const first = await admitted(limiter);
    await admitted(limiter);
    redis.mode = 'fail';
    const third = await admitted(limiter);
    await refused(limiter);
    first.giveBack();
    third.giveBack();
    await pause(5);
    const again = await admitted(limiter);
    await admitted(limiter);
    expect((await refused(limiter)).limit).toBe('3 per minute');
    again.giveBack();
    await pause(5);
    expect((await refused(limiter)).limit).toBe('3 refused calls per minute');
    expect(await third.takeAgain()).toBeUndefined();
  });

  it('keeps memory bounded meanwhile', async () => {
    const { redis, limiter } = setUp({ maxPerMinute: 2 }, { storePauseMs: 60_000, maxKeys: 10 });
    await admitted(limiter, callOf({ agent: 'known' }));
    redis.mode = 'fail';
    let count = 0;
    for (let i = 0; i < 50; i += 1) {
      const taken = await limiter.take(callOf({ agent: `invented ${i}` }));
      if ('giveBack' in taken) {
        taken.giveBack();
        count += 1;
      }
    }
    expect(count).toBe(9 + 2);
    await admitted(limiter, callOf({ agent: 'known' }));
  });
});

describe('a limiter with a store', () => {
  it('answers with a promise, also when approved', async () => {
    const { limiter } = setUp({ maxPerMinute: 3, maxPerHour: 9 });
    const taken = limiter.take(callOf());
    expect(taken).toBeInstanceOf(Promise);
    const ticket = await taken;
    if (!('giveBack' in ticket)) throw new Error('refused');
    ticket.giveBack();
    const again = ticket.takeAgain();
    expect(again).toBeInstanceOf(Promise);
    expect(await again).toBeUndefined();
  });

  it('gives nothing back to a window that is about to end', async () => {
    const { redis, limiter } = setUp({ maxPerMinute: 3 });
    redis.leftMs = 400;
    (await admitted(limiter)).giveBack();
    await pause(5);
    const allowed = [...redis.counts].find(([key]) => key.includes(':allowed:'));
    expect(allowed?.[1]).toBe(1);
  });

  it('never leaves a window with more points than it has', async () => {
    const { redis, limiter } = setUp({ maxPerMinute: 3 });
    const ticket = await admitted(limiter);
    for (const key of redis.counts.keys()) redis.counts.set(key, 0);
    ticket.giveBack();
    await pause(5);
    const allowed = [...redis.counts].find(([key]) => key.includes(':allowed:'));
    expect(allowed?.[1]).toBe(0);
  });
});
