import { describe, expect, test } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Caller } from '../../../src/controlplane/keys/caller.js';
import { StreamHub } from '../../../src/controlplane/stream/hub.js';
import { Untiring } from '../../../src/controlplane/stream/untiring.js';
import { ManualClock } from '../../../src/testing/index.js';

/** Work that is away as often as told, and how often it was begun. */
function setUp(failures: number) {
  const clock = new ManualClock();
  const began: number[] = [];
  const work = async (): Promise<void> => {
    began.push(clock.elapsed());
    if (began.length <= failures) throw new Error('the store is away');
  };
  return { clock, began, untiring: new Untiring(clock, work) };
}

describe('work that is begun again until it succeeds', () => {
  test('after 500 ms, then twice as long, five seconds at most; once it succeeded, never', async () => {
    const { clock, began, untiring } = setUp(6);
    untiring.now();
    await clock.advance(0);
    await clock.advance(60_000);
    expect(began).toEqual([0, 500, 1500, 3500, 7500, 12_500, 17_500]);
    expect(clock.pending).toBe(0);
  });

  test('asked while it waits it begins at once, and waits no second time', async () => {
    const { clock, began, untiring } = setUp(1);
    untiring.now();
    await clock.advance(100);
    untiring.now();
    await clock.advance(60_000);
    expect(began).toEqual([0, 100]);
  });

  test('asked while it is under way it is done once more, however often it was asked', async () => {
    const clock = new ManualClock();
    const ends: (() => void)[] = [];
    const untiring = new Untiring(clock, () => new Promise<void>((resolve) => ends.push(resolve)));
    for (let i = 0; i < 5; i += 1) untiring.now();
    for (let done = 0; done < 2; done += 1) {
      expect(ends).toHaveLength(done + 1);
      ends[done]?.();
      await clock.advance(1);
    }
    expect(ends).toHaveLength(2);
  });

  test('stopped, it begins no more', async () => {
    const { clock, began, untiring } = setUp(9);
    untiring.now();
    await clock.advance(0);
    await clock.advance(600);
    untiring.stop();
    untiring.now();
    await clock.advance(60_000);
    expect(began).toEqual([0, 500]);
    expect(clock.pending).toBe(0);
  });

  test('the stream of a key that was revoked ends as soon as the store can be asked, and no other', async () => {
    const clock = new ManualClock();
    const hub = new StreamHub(clock);
    const subscribe = (keyId: string): PassThrough => {
      const response = new PassThrough();
      const caller: Caller = { name: keyId, role: 'viewer', keyId, session: null, expiresAt: null };
      const subscriber = {
        caller,
        wants: new Set(['audit' as const]),
        response: response as unknown as ServerResponse,
      };
      hub.subscribe(subscriber, undefined, {});
      return response;
    };
    const [revoked, valid] = [subscribe('revoked'), subscribe('valid')];
    let isAway = true;
    const isValid = async ({ keyId }: Caller): Promise<boolean> => {
      if (isAway) throw new Error('the store is away');
      return keyId === 'valid';
    };
    const untiring = new Untiring(clock, () => hub.dropRevoked(isValid));
    untiring.now();
    await clock.advance(1000);
    expect([revoked.writableEnded, valid.writableEnded]).toEqual([false, false]);
    isAway = false;
    await clock.advance(5000);
    expect([revoked.writableEnded, valid.writableEnded]).toEqual([true, false]);
    hub.close();
  });
});
