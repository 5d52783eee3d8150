import { describe, expect, test } from '@jest/globals';
import { Backoff } from '../../src/connection/backoff.js';
import { Breaker } from '../../src/connection/breaker.js';
import { ConnectionFault, faultOfStatus } from '../../src/connection/connection-fault.js';
import { ManualClock } from '../../src/testing/index.js';

const away = async (): Promise<never> => {
  throw new Error('away');
};
const well = async (): Promise<string> => 'well';
const always = (): boolean => true;

async function open(breaker: Breaker): Promise<void> {
  for (let i = 0; i < 5; i++) await breaker.run(away, always).catch(() => undefined);
}

describe('Breaker', () => {
  test('opens after five faults in a row, not after four and a success', async () => {
    const breaker = new Breaker(new ManualClock(), () => 0.5);
    for (let i = 0; i < 4; i++) await breaker.run(away, always).catch(() => undefined);
    await breaker.run(well, always);
    for (let i = 0; i < 4; i++) await breaker.run(away, always).catch(() => undefined);
    expect(breaker.state).toBe('closed');
    await breaker.run(away, always).catch(() => undefined);
    expect(breaker.state).toBe('open');
    await expect(breaker.run(well, always)).rejects.toThrow(ConnectionFault);
  });

  test('what is no fault of the service neither opens nor closes it', async () => {
    const breaker = new Breaker(new ManualClock(), () => 0.5);
    for (let i = 0; i < 20; i++) await breaker.run(away, () => false).catch(() => undefined);
    expect(breaker.state).toBe('closed');
    for (let i = 0; i < 5; i++) {
      await breaker.run(away, always).catch(() => undefined);
      await breaker.run(away, () => false).catch(() => undefined);
    }
    expect(breaker.state).toBe('open');
  });

  test('lets one through to see, and waits twice as long where that fails, up to 30 seconds', async () => {
    const clock = new ManualClock();
    const breaker = new Breaker(clock, () => 0.5);
    await open(breaker);
    for (const ms of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      await clock.advance(ms - 1);
      expect(breaker.state).toBe('open');
      await clock.advance(1);
      expect(breaker.state).toBe('half-open');
      const trial = breaker.run(away, always);
      await expect(breaker.run(well, always)).rejects.toMatchObject({ kind: 'open' });
      await expect(trial).rejects.toThrow('away');
    }
    await clock.advance(30_000);
    expect(await breaker.run(well, always)).toBe('well');
    expect(breaker.state).toBe('closed');
  });
});

describe('Backoff', () => {
  test('waits longer each time, up to 30 seconds, and never as long as another', () => {
    const [low, high] = [new Backoff(() => 0), new Backoff(() => 1)];
    const fault = faultOfStatus(503, undefined);
    const waits = Array.from({ length: 9 }, () => [low.next(fault), high.next(fault)]);
    expect(waits[0]).toEqual([250, 500]);
    expect(waits[3]).toEqual([2000, 4000]);
    expect(waits.at(-1)).toEqual([15_000, 30_000]);
    low.reset();
    expect(low.next(fault)).toBe(250);
  });

  test('leaves alone whoever asks for it, and comes less often where it is refused', () => {
    expect(new Backoff(() => 0).next(faultOfStatus(429, 60_000))).toBe(60_000);
    expect(new Backoff(() => 0).next(faultOfStatus(401, undefined))).toBe(15_000);
    expect(new Backoff(() => 0).next(undefined)).toBe(250);
  });
});
