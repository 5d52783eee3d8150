import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../src/call/clock.js';

beforeEach(() => {
  jest.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

test('tells the time of the machine', () => {
  expect(systemClock.now()).toBe(1_700_000_000_000);
  const before = systemClock.elapsed();
  jest.advanceTimersByTime(250);
  expect(systemClock.elapsed() - before).toBe(250);
});

test('calls back after so many milliseconds, unless called off', () => {
  const called: string[] = [];
  systemClock.after(100, () => called.push('first'));
  const callOff = systemClock.after(100, () => called.push('second'));
  jest.advanceTimersByTime(99);
  expect(called).toEqual([]);
  callOff();
  jest.advanceTimersByTime(1);
  expect(called).toEqual(['first']);
});
