import { describe, expect, test } from '@jest/globals';
import { ManualClock } from '../../src/testing/index.js';

describe('ManualClock', () => {
  test('stands still until it is moved', async () => {
    const clock = new ManualClock();
    expect([new Date(clock.now()).toISOString(), clock.elapsed()]).toEqual(['2026-01-01T00:00:00.000Z', 0]);
    await clock.advance(250);
    expect([clock.now(), clock.elapsed()]).toEqual([Date.UTC(2026, 0, 1) + 250, 250]);
    expect(new ManualClock(5).now()).toBe(5);
  });

  test('calls back in the order of time, at that time, and what is called off not at all', async () => {
    const clock = new ManualClock(0);
    const called: [string, number][] = [];
    const note = (name: string) => () => called.push([name, clock.now()]);
    clock.after(30, note('third'));
    clock.after(10, note('first'));
    const callOff = clock.after(15, note('never'));
    clock.after(20, note('second'));
    clock.after(31, note('later'));
    expect(clock.pending).toBe(5);
    callOff();
    await clock.advance(30);
    expect(called).toEqual([
      ['first', 10],
      ['second', 20],
      ['third', 30],
    ]);
    expect([clock.pending, clock.now()]).toEqual([1, 30]);
  });

  test('a timer set by a timer runs in the same move, if it is due', async () => {
    const clock = new ManualClock(0);
    const called: number[] = [];
    clock.after(10, () => {
      clock.after(10, () => called.push(clock.now()));
      clock.after(11, () => called.push(clock.now()));
    });
    await clock.advance(20);
    expect(called).toEqual([20]);
  });

  test('lets go on what waits on it before it returns', async () => {
    const clock = new ManualClock();
    let done = false;
    void new Promise<void>((resolve) => clock.after(1, resolve)).then(() => (done = true));
    await clock.advance(1);
    expect(done).toBe(true);
  });

  test('untilPending waits for timers without moving time', async () => {
    const clock = new ManualClock(0);
    setImmediate(() => clock.after(5, () => undefined));
    setImmediate(() => clock.after(5, () => undefined));
    await clock.untilPending(2);
    expect([clock.pending, clock.now()]).toEqual([2, 0]);
  });
});
