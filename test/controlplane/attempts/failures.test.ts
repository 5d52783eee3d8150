import { afterEach, describe, expect, it } from '@jest/globals';
import { Failures } from '../../../src/controlplane/attempts/failures.js';
import { itWithRedisServer, RedisServer } from '../../rate-limit/redis-server.js';
import { DEAD_PORT } from '../../rate-limit/support.js';
import { until } from '../service.js';

const itRedis = itWithRedisServer();
const servers: RedisServer[] = [];
const HERE = '192.0.2.1';

/** A Redis of our own that is removed when the test has ended. */
async function server(...options: string[]): Promise<RedisServer> {
  const started = await RedisServer.start(...options);
  servers.push(started);
  return started;
}

afterEach(async () => {
  for (const each of servers.splice(0)) await each.remove();
});

/** One process that counts five failures, and what it logged. */
function setUp(redisUrl: string | undefined) {
  const logged: string[] = [];
  const log = (message: string): void => void logged.push(message);
  const failures = new Failures({ points: 5, seconds: 60, redisUrl, log });
  /** How many of so many failures were within what an address has. */
  const within = async (count: number, address = HERE): Promise<number> => {
    const all = await Promise.all(Array.from({ length: count }, () => failures.add(address)));
    return all.filter((until) => until === 0).length;
  };
  const isBlocked = (address = HERE): boolean => failures.blockedUntil(address) > 0;
  /** Fails elsewhere until Redis was tried again and answered; it is left alone for two seconds. */
  const back = (): Promise<void> =>
    until(async () => {
      await failures.add('198.51.100.1');
      return logged.length === 2;
    });
  return { logged, within, isBlocked, back };
}

const DOWN = (code: string): string => `Redis failed (${code}): this process counts wrong credentials by itself`;
const BACK = 'Redis is back: wrong credentials are counted for all processes again';

describe('failures', () => {
  it('without Redis: each process for itself', async () => {
    const [one, two] = [setUp(undefined), setUp(undefined)];
    expect(await one.within(20)).toBe(5);
    expect([one.isBlocked(), two.isBlocked()]).toEqual([true, false]);
  });

  itRedis('one count for two, of which the second learns with its first failure', async () => {
    const redis = await server();
    const [one, two] = [setUp(redis.url), setUp(redis.url)];
    const counts = await Promise.all([one.within(20), two.within(20)]);
    expect(counts[0] + counts[1]).toBe(5);
    expect([one.isBlocked(), two.isBlocked()]).toEqual([true, true]);
    const late = setUp(redis.url);
    expect(late.isBlocked()).toBe(false);
    expect(await late.within(1)).toBe(0);
    expect(late.isBlocked()).toBe(true);
    expect(await late.within(1, '192.0.2.2')).toBe(1);
    const keys = (await redis.command('KEYS', '*')) as string[];
    expect(keys.every((key) => /^mcp-governance:attempts:5\/60s:[\w-]{43}$/.test(key))).toBe(true);
    for (const key of keys) expect(Number(await redis.command('PTTL', key))).toBeGreaterThan(0);
    expect([one.logged, two.logged, late.logged]).toEqual([[], [], []]);
  });

  itRedis('Redis killed: goes on from where it was, logs it once, and is back by itself', async () => {
    const redis = await server();
    const { logged, within, isBlocked, back } = setUp(redis.url);
    expect(await within(2)).toBe(2);
    await redis.stop();
    expect(await within(20)).toBe(3);
    expect(isBlocked()).toBe(true);
    await redis.start();
    await back();
    expect(logged).toEqual([expect.stringMatching(/^Redis failed \((ECONN\w+|EPIPE|NO_ANSWER)\): /), BACK]);
    expect(isBlocked()).toBe(true);
    expect(await within(20, '192.0.2.3')).toBe(5);
    expect(((await redis.command('KEYS', '*')) as string[]).length).toBeGreaterThan(0);
  });

  itRedis('Redis held up: each waits half a second at most, and the others not at all', async () => {
    const redis = await server();
    const { logged, within, back } = setUp(redis.url);
    expect(await within(1)).toBe(1);
    redis.pause();
    const started = performance.now();
    expect(await within(100)).toBe(4);
    for (let i = 0; i < 20; i += 1) expect(await within(1)).toBe(0);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(logged).toEqual([DOWN('ETIMEDOUT')]);
    redis.resume();
    await back();
    expect(logged).toEqual([DOWN('ETIMEDOUT'), BACK]);
  });

  itRedis('Redis flushed: an address that is blocked here stays so, every other count begins anew', async () => {
    const redis = await server();
    const { logged, within, isBlocked } = setUp(redis.url);
    expect(await within(20)).toBe(5);
    expect(await within(4, '192.0.2.2')).toBe(4);
    await redis.command('FLUSHALL');
    await redis.command('SCRIPT', 'FLUSH');
    expect(isBlocked()).toBe(true);
    expect(await within(20, '192.0.2.2')).toBe(5);
    expect(logged).toEqual([]);
  });

  itRedis('Redis read-only: counted here until it may write again', async () => {
    const redis = await server();
    const { logged, within, back } = setUp(redis.url);
    expect(await within(2)).toBe(2);
    await redis.command('REPLICAOF', '127.0.0.1', String(DEAD_PORT));
    expect(await within(10)).toBe(3);
    expect(logged).toEqual([DOWN('READONLY')]);
    await redis.command('REPLICAOF', 'NO', 'ONE');
    await back();
    expect(logged).toEqual([DOWN('READONLY'), BACK]);
  });

  itRedis('a wrong password: counted here, and what is logged does not hold it', async () => {
    const redis = await server('--requirepass', 'right-password');
    const { logged, within } = setUp(`redis://:wrong-secret@127.0.0.1:${redis.port}`);
    expect(await within(10)).toBe(5);
    expect(logged).toEqual([expect.stringMatching(/^Redis failed \((WRONGPASS|NOAUTH)\): /)]);
  });

  it('nobody there: counted here', async () => {
    const { logged, within } = setUp(`redis://127.0.0.1:${DEAD_PORT}`);
    expect(await within(10)).toBe(5);
    expect(logged).toEqual([DOWN('ECONNREFUSED')]);
  });
});
