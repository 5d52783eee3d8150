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
  jest.setSystemTime(1_600_000_000_000);
  expect(systemClock.now()).toBe(1_600_000_000_000);
});

test('measures time that does not go back, whatever the wall clock does', () => {
  const before = systemClock.elapsed();
  jest.setSystemTime(0);
  expect(systemClock.elapsed()).toBeGreaterThanOrEqual(before);
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
