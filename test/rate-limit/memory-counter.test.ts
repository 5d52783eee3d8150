import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Hit, OVERFLOW } from '../../src/rate-limit/counter.js';
import { MemoryCounter } from '../../src/rate-limit/memory-counter.js';

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Bytes of what is still reachable. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

describe('MemoryCounter', () => {
  it('takes so many in a window, and begins again after it', async () => {
    const counter = new MemoryCounter(2, 60, 10);
    expect(await counter.take('a')).toEqual({ slot: 'a', endsAt: 1_060_000, refused: false, insured: false });
    jest.setSystemTime(1_030_000);
    expect((await counter.take('a')).refused).toBe(false);
    expect(await counter.take('a')).toMatchObject({ endsAt: 1_060_000, refused: true });
    expect((await counter.take('b')).refused).toBe(false);
    jest.setSystemTime(1_060_000);
    expect(await counter.take('a')).toMatchObject({ endsAt: 1_120_000, refused: false });
  });

  it('counts no refusal', async () => {
    const counter = new MemoryCounter(1, 60, 10);
    const hit = await counter.take('a');
    for (let i = 0; i < 5; i += 1) expect((await counter.take('a')).refused).toBe(true);
    await counter.giveBack(hit);
    expect((await counter.take('a')).refused).toBe(false);
    expect((await counter.take('a')).refused).toBe(true);
  });

  it('gives nothing back once the window has ended', async () => {
    const counter = new MemoryCounter(1, 60, 10);
    const old = await counter.take('a');
    jest.setSystemTime(1_060_000);
    await counter.giveBack(old);
    await counter.take('a');
    await counter.giveBack(old);
    expect((await counter.take('a')).refused).toBe(true);
  });

  it('never has more points than it began with', async () => {
    const counter = new MemoryCounter(1, 60, 10);
    const hit = await counter.take('a');
    await counter.giveBack(hit);
    await counter.giveBack(hit);
    await Promise.resolve();
    expect((await counter.take('a')).refused).toBe(false);
    expect((await counter.take('a')).refused).toBe(true);
  });

  it('tells when a used-up key has points again', async () => {
    const counter = new MemoryCounter(2, 60, 10);
    expect(await counter.fullUntil('a')).toBe(0);
    await counter.add('a');
    expect(await counter.fullUntil('a')).toBe(0);
    await counter.add('a');
    await counter.add('a');
    expect(await counter.fullUntil('a')).toBe(1_060_000);
    jest.setSystemTime(1_060_000);
    expect(await counter.fullUntil('a')).toBe(0);
  });

  it('takes over what a store has counted', async () => {
    const counter = new MemoryCounter(5, 60, 1);
    counter.mirror('a', 4, 1_010_000);
    counter.mirror('b', 5, 1_010_000);
    counter.mirror('a', 0, 999_999);
    expect(await counter.take('a')).toMatchObject({ endsAt: 1_010_000, refused: false });
    expect((await counter.take('a')).refused).toBe(true);
    expect(await counter.take('b')).toMatchObject({ slot: OVERFLOW, refused: false });
  });

  it('answers at once, never with a promise', () => {
    const counter = new MemoryCounter(1, 60, 10);
    const hit = counter.take('a');
    expect([hit.refused, counter.take('a').refused, counter.fullUntil('a')]).toEqual([false, true, 1_060_000]);
    expect(counter.giveBack(hit)).toBeUndefined();
    expect([counter.fullUntil('a'), counter.add('a').refused, counter.fullUntil('a')]).toEqual([0, false, 1_060_000]);
  });

  it('gives nothing back to a later window, also where the clock was set back meanwhile', () => {
    const counter = new MemoryCounter(1, 60, 10);
    const old = counter.take('a');
    jest.setSystemTime(990_000);
    jest.advanceTimersByTime(60_000);
    expect(counter.take('a').refused).toBe(false);
    counter.giveBack(old);
    expect(counter.take('a').refused).toBe(true);
  });

  it('begins a whole window after one that got back more than was taken', () => {
    const counter = new MemoryCounter(1, 60, 10);
    const hit = counter.take('a');
    jest.setSystemTime(1_030_000);
    counter.giveBack(hit);
    counter.giveBack(hit);
    expect(counter.fullUntil('a')).toBe(0);
    expect(counter.take('a')).toMatchObject({ endsAt: 1_090_000, refused: false });
    jest.setSystemTime(1_060_000);
    expect(counter.take('a')).toMatchObject({ endsAt: 1_090_000, refused: true });
  });

  it.each([Infinity, NaN])('refuses to count up to %d', (points) => {
    expect(() => new MemoryCounter(points, 60, 10)).toThrow(RangeError);
  });

  it.each(['__proto__', 'constructor', 'toString', ''])('counts the key %j like any other', async (key) => {
    const counter = new MemoryCounter(1, 60, 10);
    expect((await counter.take(key)).refused).toBe(false);
    expect((await counter.take(key)).refused).toBe(true);
  });
});

describe('MemoryCounter with too many keys', () => {
  it('lets new keys share one budget, and leaves known ones theirs', async () => {
    const counter = new MemoryCounter(2, 60, 3);
    for (const key of ['a', 'b', 'c']) await counter.take(key);
    const shared: Hit[] = [];
    for (const key of ['d', 'e', 'f']) shared.push(await counter.take(key));
    expect(shared.map(({ slot, refused }) => [slot, refused])).toEqual([
      [OVERFLOW, false],
      [OVERFLOW, false],
      [OVERFLOW, true],
    ]);
    expect(await counter.take('a')).toMatchObject({ slot: 'a', refused: false });
    expect(await counter.take('a')).toMatchObject({ slot: 'a', refused: true });
    await counter.giveBack(shared[0] as Hit);
    expect((await counter.take('g')).refused).toBe(false);
    expect(counter.size).toBe(3);
  });

  it('has room again when windows have ended', async () => {
    const counter = new MemoryCounter(1, 60, 2);
    await counter.take('a');
    await counter.take('b');
    expect((await counter.take('c')).slot).toBe(OVERFLOW);
    jest.setSystemTime(1_060_000);
    expect((await counter.take('c')).slot).toBe('c');
    expect(counter.size).toBe(1);
  });

  it('keeps memory bounded under 200,000 invented keys', async () => {
    jest.useRealTimers();
    const counter = new MemoryCounter(5, 86_400, 10_000);
    const timers = (): number => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
    await counter.take('busy');
    const invent = (from: number): void => {
      for (let i = from; i < from + 100_000; i += 1) void counter.take(`invented-${i}`);
    };
    // What the first half leaves behind is the memory that is held; the second half must add nothing to it.
    invent(0);
    const before = heapUsed();
    invent(100_000);
    expect(counter.size).toBe(10_000);
    expect(heapUsed() - before).toBeLessThan(10e6);
    expect(timers()).toBeLessThan(100);
    for (let i = 0; i < 4; i += 1) expect((await counter.take('busy')).refused).toBe(false);
    expect((await counter.take('busy')).refused).toBe(true);
  });
});
