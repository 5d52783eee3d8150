import { afterEach, describe, expect, it } from '@jest/globals';
import { describeFault } from '../../src/telemetry/log.js';
import { RateCounters, type RateCountersOptions } from '../../src/rate-limit/rate-counters.js';
import { RateLimiter } from '../../src/rate-limit/rate-limiter.js';
import { redisConnection } from '../../src/rate-limit/redis-connection.js';
import { itWithRedisServer, RedisServer } from './redis-server.js';
import { admitted, admittedOf, callOf, DEAD_PORT, refused, rulesOf, until } from './support.js';

const itRedis = itWithRedisServer();
const servers: RedisServer[] = [];

/** A Redis of our own that is removed when the test has ended. */
async function server(...options: string[]): Promise<RedisServer> {
  const started = await RedisServer.start(...options);
  servers.push(started);
  return started;
}

afterEach(async () => {
  for (const each of servers.splice(0)) await each.remove();
});

/** A limiter of five calls a minute, and what was told of its store. */
function setUp(store: string, over: RateCountersOptions = {}) {
  const told: string[] = [];
  const counters = new RateCounters({
    store,
    storePauseMs: 50,
    onStoreFault: (fault) => told.push(describeFault(fault)),
    onStoreBack: () => told.push('back'),
    ...over,
  });
  return { told, limiter: new RateLimiter(rulesOf({ maxPerMinute: 5 }), counters) };
}

/** How many points the one limit has in Redis. */
async function stored(redis: RedisServer): Promise<number> {
  const keys = (await redis.command('KEYS', '*:allowed:*')) as string[];
  return keys.length === 0 ? 0 : Number(await redis.command('GET', keys[0] ?? ''));
}

/** Calls for somebody else until the store was tried and answered. */
async function calledUntilBack(limiter: RateLimiter, told: string[]): Promise<void> {
  await until(async () => {
    await limiter.take(callOf({ agent: 'another' }));
    return told.at(-1) === 'back';
  });
}

describe('an address in place of a client', () => {
  itRedis('counts in Redis, over one connection for all who name it', async () => {
    const redis = await server();
    const [one, two] = [setUp(redis.url), setUp(redis.url)];
    const counts = await Promise.all([admittedOf(20, one.limiter), admittedOf(20, two.limiter)]);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(5);
    expect(await stored(redis)).toBe(5);
    expect([one.told, two.told]).toEqual([[], []]);
    const clients = String(await redis.command('CLIENT', 'LIST'));
    expect(clients.match(/name=mcp-governance/g)).toHaveLength(1);
    expect(redisConnection(redis.url)).toBe(redisConnection(redis.url));
  });

  itRedis(
    'Redis stopped: goes on by itself from where it was, says so once, and is back without a restart',
    async () => {
      const redis = await server();
      const { limiter, told } = setUp(redis.url);
      expect(await admittedOf(2, limiter)).toBe(2);
      await redis.stop();
      expect(await admittedOf(10, limiter)).toBe(3);
      expect((await refused(limiter)).limit).toBe('5 per minute');
      await until(async () => (await refused(limiter), told.length > 0));
      expect(told).toEqual([expect.stringMatching(/^\w+ \(\w+\)$/)]);
      await redis.start();
      await calledUntilBack(limiter, told);
      expect(told).toHaveLength(2);
      expect(await admittedOf(10, limiter)).toBe(5);
      expect(await stored(redis)).toBeGreaterThan(0);
    },
  );

  itRedis('Redis slow: no call waits longer than the deadline, and only one at a time tries again', async () => {
    const redis = await server();
    const { limiter, told } = setUp(redis.url, { storeTimeoutMs: 200 });
    expect(await admittedOf(1, limiter)).toBe(1);
    redis.pause();
    const started = performance.now();
    expect(await admittedOf(100, limiter)).toBe(4);
    for (let i = 0; i < 20; i += 1) await refused(limiter);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(told).toEqual(['Error (ETIMEDOUT)']);
    redis.resume();
    await calledUntilBack(limiter, told);
    expect(told).toHaveLength(2);
  });

  itRedis('Redis flushed: windows begin anew', async () => {
    const redis = await server();
    const { limiter, told } = setUp(redis.url);
    expect(await admittedOf(10, limiter)).toBe(5);
    await redis.command('FLUSHALL');
    expect(await admittedOf(10, limiter)).toBe(5);
    await redis.command('SCRIPT', 'FLUSH');
    await refused(limiter);
    expect(told).toEqual([]);
  });

  itRedis('Redis read-only: goes on by itself until it may write again', async () => {
    const redis = await server();
    const { limiter, told } = setUp(redis.url);
    expect(await admittedOf(2, limiter)).toBe(2);
    await redis.command('REPLICAOF', '127.0.0.1', String(DEAD_PORT));
    expect(await admittedOf(10, limiter)).toBe(3);
    await refused(limiter);
    expect(told).toEqual(['ReplyError (READONLY)']);
    await redis.command('REPLICAOF', 'NO', 'ONE');
    await calledUntilBack(limiter, told);
    expect(await admittedOf(10, limiter)).toBe(3);
  });

  itRedis('a wrong password: counted here, and what is told does not hold it', async () => {
    const redis = await server('--requirepass', 'right-password');
    const { limiter, told } = setUp(`redis://:wrong-secret@127.0.0.1:${redis.port}`);
    expect(await admittedOf(10, limiter)).toBe(5);
    expect(told).toEqual([expect.stringMatching(/^\w+ \((WRONGPASS|NOAUTH)\)$/)]);
    const right = setUp(`redis://:right-password@127.0.0.1:${redis.port}`);
    await admitted(right.limiter);
    expect(right.told).toEqual([]);
  });

  it('nobody there: counted here', async () => {
    const { limiter, told } = setUp(`redis://127.0.0.1:${DEAD_PORT}`);
    expect(await admittedOf(10, limiter)).toBe(5);
    expect(told).toEqual(['Error (ECONNREFUSED)']);
  });

  it.each(['redis', 'http://127.0.0.1', 'redis://'])('%s is no store', (store) => {
    expect(() => new RateCounters({ store })).toThrow(TypeError);
  });
});
