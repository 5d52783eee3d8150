import { describe, expect, test } from '@jest/globals';
import { Attempts } from '../../../src/controlplane/attempts/attempts.js';
import { Failures } from '../../../src/controlplane/attempts/failures.js';
import { Problem } from '../../../src/controlplane/http/problem.js';
import type { Caller } from '../../../src/controlplane/keys/caller.js';
import { until } from '../service.js';

const ANN: Caller = { name: 'ann', role: 'admin', keyId: 'k', session: null, expiresAt: null };
const HERE = { ip: '192.0.2.1' };

/** Attempts of three failures in a window, and how many secrets were looked up. */
function setUp(seconds = 60) {
  const failures = new Failures({ points: 3, seconds, redisUrl: undefined, log: () => undefined });
  const attempts = new Attempts(failures);
  let looks = 0;
  const looking = (found: () => Caller | undefined) => async (): Promise<Caller | undefined> => {
    looks += 1;
    await new Promise(setImmediate);
    return found();
  };
  const right = looking(() => ANN);
  const wrong = looking(() => undefined);
  const away = looking(() => {
    throw new Error('the store is away');
  });
  /** What became of each: `name`, `wrong`, the code of a problem, or the text of a fault. */
  const outcome = async (found: ReturnType<Attempts['run']>): Promise<string> =>
    Promise.resolve(found).then(
      (caller) => caller?.name ?? 'wrong',
      (fault: unknown) => (fault instanceof Problem ? fault.code : (fault as Error).message),
    );
  return { attempts, right, wrong, away, outcome, looks: () => looks };
}

const REFUSED = 'too_many_attempts';

describe('attempts', () => {
  test('after so many failures of an address nothing of it is looked up that nobody knows', async () => {
    const { attempts, right, wrong, outcome, looks } = setUp();
    for (let i = 0; i < 3; i += 1) expect(await outcome(attempts.run(HERE, false, wrong))).toBe('wrong');
    expect(looks()).toBe(3);
    for (let i = 0; i < 10; i += 1) expect(await outcome(attempts.run(HERE, false, right))).toBe(REFUSED);
    expect(looks()).toBe(3);
    expect(await outcome(attempts.run({ ip: '192.0.2.2' }, false, right))).toBe('ann');
  });

  test('what is known is looked up all the same, and given back at once where it is there', async () => {
    const { attempts, right, wrong, outcome } = setUp();
    for (let i = 0; i < 4; i += 1) await outcome(attempts.run(HERE, false, wrong));
    expect(await outcome(attempts.run(HERE, true, right))).toBe('ann');
    expect(attempts.run(HERE, true, () => ANN)).toBe(ANN);
    expect(await outcome(attempts.run(HERE, true, wrong))).toBe(REFUSED);
  });

  test('right ones cost nothing, and a problem says when to come again', async () => {
    const { attempts, right, wrong, outcome } = setUp();
    for (let i = 0; i < 50; i += 1) expect(await outcome(attempts.run(HERE, false, right))).toBe('ann');
    for (let i = 0; i < 3; i += 1) await outcome(attempts.run(HERE, false, wrong));
    const refused = Promise.resolve(attempts.run(HERE, false, right));
    await expect(refused).rejects.toMatchObject({ status: 429, code: REFUSED });
    const { details } = (await refused.catch((problem: unknown) => problem)) as { details: { retry_after: number } };
    expect(details.retry_after).toBeGreaterThan(50);
    expect(details.retry_after).toBeLessThanOrEqual(60);
  });

  test('a thousand at once are stopped like a thousand one by one, and a thousand right ones get in', async () => {
    const { attempts, right, wrong, outcome, looks } = setUp();
    const all = (look: () => Promise<Caller | undefined>): Promise<string[]> =>
      Promise.all(Array.from({ length: 1000 }, () => outcome(attempts.run(HERE, false, look))));
    expect(new Set(await all(right))).toEqual(new Set(['ann']));
    const before = looks();
    const outcomes = await all(wrong);
    expect(outcomes.filter((each) => each === 'wrong')).toHaveLength(3);
    expect(outcomes.filter((each) => each === REFUSED)).toHaveLength(997);
    expect(looks() - before).toBeLessThanOrEqual(3 + 8);
  });

  test('a store that is away is asked by few, counts against nobody, and leaves nobody waiting', async () => {
    const { attempts, right, away, outcome, looks } = setUp();
    const outcomes = await Promise.all(Array.from({ length: 1000 }, () => outcome(attempts.run(HERE, false, away))));
    expect(new Set(outcomes)).toEqual(new Set(['the store is away']));
    expect(looks()).toBeLessThanOrEqual(16);
    expect(await outcome(attempts.run(HERE, false, right))).toBe('ann');
  });

  test('one /64 is one address', async () => {
    const { attempts, right, wrong, outcome } = setUp();
    for (let i = 0; i < 3; i += 1) await outcome(attempts.run({ ip: `2001:db8::${i}` }, false, wrong));
    expect(await outcome(attempts.run({ ip: '2001:db8::9:9' }, false, right))).toBe(REFUSED);
    expect(await outcome(attempts.run({ ip: '2001:db8:0:1::1' }, false, right))).toBe('ann');
  });

  test('a window that is over is over, however many were refused in it', async () => {
    const { attempts, right, wrong, outcome } = setUp(1);
    for (let i = 0; i < 100; i += 1) await outcome(attempts.run(HERE, false, wrong));
    expect(await outcome(attempts.run(HERE, false, right))).toBe(REFUSED);
    await until(async () => (await outcome(attempts.run(HERE, false, right))) === 'ann');
  });
});
