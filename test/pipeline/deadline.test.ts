import { describe, expect, test } from '@jest/globals';
import { DeadlineError, sleep, withDeadline } from '../../src/pipeline/deadline.js';
import { ManualClock } from '../../src/testing/index.js';

const never = new Promise<never>(() => undefined);

describe('withDeadline', () => {
  test('gives the answer that comes in time, and waits for nothing any more', async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    await expect(withDeadline(Promise.resolve(5), 100, clock, signal)).resolves.toBe(5);
    expect(clock.pending).toBe(0);
  });

  test('passes on a rejection, and makes an error of what is none', async () => {
    const clock = new ManualClock();
    const fault = new TypeError('broken');
    await expect(withDeadline(Promise.reject(fault), 100, clock, undefined)).rejects.toBe(fault);
    const odd = withDeadline(Promise.reject('just text'), 100, clock, undefined);
    await expect(odd).rejects.toMatchObject({ cause: 'just text' });
    expect(clock.pending).toBe(0);
  });

  test('rejects when time is over, not before, and drops the late answer', async () => {
    const clock = new ManualClock();
    let answer: (value: string) => void = () => undefined;
    let ended = '';
    const waiting = withDeadline(new Promise<string>((resolve) => (answer = resolve)), 100, clock, undefined).then(
      (value) => (ended = value),
      (error: unknown) => (ended = (error as DeadlineError).code),
    );
    await clock.advance(99);
    expect(ended).toBe('');
    await clock.advance(1);
    expect(ended).toBe('deadline');
    answer('late');
    await waiting;
    expect(ended).toBe('deadline');
  });

  test('a late rejection does not end the process', async () => {
    const clock = new ManualClock();
    let fail: (error: Error) => void = () => undefined;
    const waiting = withDeadline(new Promise((_, reject) => (fail = reject)), 10, clock, undefined);
    const ended = expect(waiting).rejects.toBeInstanceOf(DeadlineError);
    await clock.advance(10);
    await ended;
    fail(new Error('late'));
    await clock.advance(0);
  });

  test('rejects with the reason as soon as nobody waits, also where that was so before', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const waiting = withDeadline(never, 100, clock, controller.signal);
    const reason = new Error('client is gone');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(withDeadline(never, 100, clock, controller.signal)).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });
});

describe('sleep', () => {
  test('waits so long and no longer', async () => {
    const clock = new ManualClock();
    let awake = false;
    const sleeping = sleep(1000, clock, undefined).then(() => (awake = true));
    await clock.advance(999);
    expect(awake).toBe(false);
    await clock.advance(1);
    await sleeping;
    expect(awake).toBe(true);
  });

  test('is cut short by the signal', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const sleeping = sleep(1000, clock, controller.signal);
    controller.abort(new Error('client is gone'));
    await expect(sleeping).rejects.toThrow('client is gone');
    expect(clock.pending).toBe(0);
  });
});
