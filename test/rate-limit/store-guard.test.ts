import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StoreGuard } from '../../src/rate-limit/store-guard.js';

const never = (): Promise<never> => new Promise<never>(() => undefined);
const fails = (): Promise<never> => Promise.reject(new Error('gone'));
const answers = (): Promise<string> => Promise.resolve('answer');

function guardOf(onFault?: (fault: unknown) => void, onBack?: () => void): StoreGuard {
  return new StoreGuard({ timeoutMs: 500, pauseMs: 2000, onFault, onBack });
}

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('StoreGuard', () => {
  it('hands on what the store answers and leaves no timer behind', async () => {
    const onFault = jest.fn();
    expect(await guardOf(onFault).run(answers)).toBe('answer');
    expect(jest.getTimerCount()).toBe(0);
    expect(onFault).not.toHaveBeenCalled();
  });

  it('answers for a store that never does', async () => {
    const onFault = jest.fn();
    const waiting = guardOf(onFault).run(never);
    jest.advanceTimersByTime(500);
    expect(await waiting).toBeUndefined();
    expect(String(onFault.mock.calls[0]?.[0])).toContain('within 500 ms');
  });

  it('tells of a fault once, rejected or thrown, and asks nothing until the pause is over', async () => {
    const onFault = jest.fn();
    const guard = guardOf(onFault);
    const thrown = (): never => {
      throw new Error('gone');
    };
    expect(await Promise.all([guard.run(thrown), guard.run(fails), guard.run(fails)])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(onFault).toHaveBeenCalledTimes(1);
    const asked = jest.fn(answers);
    expect(await guard.run(asked)).toBeUndefined();
    jest.setSystemTime(1999);
    expect(await guard.run(asked)).toBeUndefined();
    expect(asked).not.toHaveBeenCalled();
    jest.setSystemTime(2000);
    expect(await guard.run(asked)).toBe('answer');
    expect(await guard.run(asked)).toBe('answer');
  });

  it('sends one operation ahead after the pause, and pauses again where that fails', async () => {
    const onFault = jest.fn();
    const guard = guardOf(onFault);
    await guard.run(fails);
    jest.setSystemTime(2000);
    const ahead = guard.run(never);
    const asked = jest.fn(answers);
    expect(await guard.run(asked)).toBeUndefined();
    jest.advanceTimersByTime(500);
    expect(await ahead).toBeUndefined();
    expect(await guard.run(asked)).toBeUndefined();
    expect(asked).not.toHaveBeenCalled();
    expect(onFault).toHaveBeenCalledTimes(1);
  });

  it('tells once that the store is gone and once that it is back, however often it was tried meanwhile', async () => {
    const [onFault, onBack] = [jest.fn(), jest.fn()];
    const guard = guardOf(onFault, onBack);
    for (const at of [0, 2000, 4000]) {
      jest.setSystemTime(at);
      expect(await guard.run(fails)).toBeUndefined();
    }
    expect(onFault).toHaveBeenCalledTimes(1);
    expect(onBack).not.toHaveBeenCalled();
    jest.setSystemTime(6000);
    await guard.run(answers);
    await guard.run(answers);
    expect(onBack).toHaveBeenCalledTimes(1);
    await guard.run(fails);
    expect(onFault).toHaveBeenCalledTimes(2);
  });

  it('outlives a listener that throws', async () => {
    const listener = (): never => {
      throw new Error('listener');
    };
    const guard = guardOf(listener, listener);
    expect(await guard.run(fails)).toBeUndefined();
    jest.setSystemTime(2000);
    expect(await guard.run(answers)).toBe('answer');
  });

  it('drops what comes too late', async () => {
    let reject: (fault: Error) => void = () => undefined;
    const waiting = guardOf().run(() => new Promise<never>((_, no) => (reject = no)));
    jest.advanceTimersByTime(500);
    expect(await waiting).toBeUndefined();
    reject(new Error('late'));
    await Promise.resolve();
  });
});
