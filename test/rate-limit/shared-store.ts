import { expect } from '@jest/globals';
import { RateLimiter } from '../../src/rate-limit/rate-limiter.js';
import type { RateLimitOptions } from '../../src/rate-limit/rate-limit-rule.js';
import type { RateLimitStore } from '../../src/rate-limit/stores.js';
import { admitted, admittedOf, callOf, prefixOf, refused, rulesOf, until } from './support.js';

/** A store under test: `clients` are two processes' ways to it. */
export interface StoreUnderTest {
  readonly clients: readonly [RateLimitStore, RateLimitStore];
  /** The keys that begin with a prefix, each with its count: `key count`. */
  entries(prefix: string): Promise<readonly string[]>;
}

type Check = (store: StoreUnderTest) => Promise<void>;

/** Long: on a busy machine a late answer is not what these tests are about. */
const PATIENT = 20_000;

function pair(
  store: StoreUnderTest,
  ...options: RateLimitOptions[]
): { prefix: string; both: [RateLimiter, RateLimiter] } {
  const prefix = prefixOf();
  const limiter = (client: RateLimitStore): RateLimiter => {
    const onStoreFault = (fault: unknown): void => void faults.push(fault);
    return new RateLimiter(rulesOf(...options), { store: client, prefix, storeTimeoutMs: PATIENT, onStoreFault });
  };
  return { prefix, both: [limiter(store.clients[0]), limiter(store.clients[1])] };
}

/** What went wrong with the store during a check: a check that passed on the insurance would prove nothing. */
const faults: unknown[] = [];

/** Runs a check, and fails it where the store failed. */
export async function runCheck(check: Check, store: StoreUnderTest): Promise<void> {
  faults.length = 0;
  try {
    await check(store);
  } finally {
    expect(faults).toEqual([]);
  }
}

/** Waits until the store holds just these two counts. */
async function counted(store: StoreUnderTest, prefix: string, allowed: number, refusals: number): Promise<void> {
  const ends = [`:allowed:.* ${allowed}$`, `:refused:.* ${refusals}$`].map((end) => new RegExp(end));
  await until(async () => (await store.entries(prefix)).every((entry) => ends.some((end) => end.test(entry))));
}

/** What every shared store has to do, by the names of the tests. */
export const SHARED_STORE_CHECKS: Readonly<Record<string, Check>> = {
  async 'admits exactly as many of a hundred at once as may, from two processes'(store) {
    const { both } = pair(store, { maxPerMinute: 10 });
    const counts = await Promise.all(both.map((limiter) => admittedOf(50, limiter)));
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(10);
    const seconds = (await refused(both[0])).retryAfterSeconds;
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
  },

  async 'admits exactly as many as the strictest of several windows'(store) {
    const { both } = pair(store, { maxPerMinute: 10, maxPerHour: 5, maxPerDay: 20 });
    expect(await admittedOf(100, both[0])).toBe(5);
    expect((await refused(both[1])).limit).toBe('5 per hour');
  },

  async 'counts no call that a limit refused'(store) {
    const { both } = pair(store, { maxPerMinute: 2, by: ['principal'] }, { maxPerMinute: 3, by: ['tool'] });
    expect(await admittedOf(20, both[0])).toBe(2);
    await admitted(both[1], callOf({ agent: 'b' }));
    expect((await refused(both[0], callOf({ agent: 'c' }))).limit).toBe('3 per minute');
  },

  async 'gives back, bounds what was given back, and takes again'(store) {
    const { prefix, both } = pair(store, { maxPerMinute: 3 });
    const tickets = [await admitted(both[0]), await admitted(both[0]), await admitted(both[0])];
    expect((await refused(both[1])).limit).toBe('3 per minute');
    tickets.forEach((ticket) => ticket.giveBack());
    await counted(store, prefix, 0, 3);
    expect((await refused(both[1])).limit).toBe('3 refused calls per minute');
    expect(await tickets[0]?.takeAgain()).toBeUndefined();
    await counted(store, prefix, 1, 2);
    await admitted(both[1]);
    await admitted(both[1]);
    expect((await refused(both[0])).limit).toBe('3 per minute');
  },

  async 'keeps principals, tools and rules apart'(store) {
    const { both } = pair(store, { maxPerMinute: 1 }, { maxPerMinute: 1, by: ['session', 'tool'] });
    await admitted(both[0]);
    await admitted(both[1], callOf({ agent: 'b', sessionId: 'b' }));
    await admitted(both[1], callOf({ tool: '__proto__' }));
    await refused(both[0], callOf({ tool: '__proto__', sessionId: 'c' }));
    await refused(both[1], callOf({ agent: 'c' }));
  },

  async 'shows no value of a call in the store'(store) {
    const { prefix, both } = pair(store, { maxPerHour: 5, by: ['tool', 'principal', 'session', 'args.ssn'] });
    const secret = '123-45-6789';
    const call = callOf({ tool: 'tool-name', agent: 'agent-name', sessionId: 'sess-ion', arguments: { ssn: secret } });
    (await admitted(both[0], call)).giveBack();
    await until(async () => (await store.entries(prefix)).length === 2);
    const stored = (await store.entries(prefix)).join('\n');
    for (const value of [secret, 'tool-name', 'agent-name', 'sess-ion']) expect(stored).not.toContain(value);
    for (const key of await store.entries(prefix)) expect(key).toMatch(/:5\/hour:(allowed|refused):[\w-]{43} \d$/);
  },
};
