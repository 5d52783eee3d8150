import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RateLimiter } from '../../src/rate-limit/rate-limiter.js';
import { redisLimiters } from '../../src/rate-limit/redis-limiter.js';
import type { RedisLike } from '../../src/rate-limit/stores.js';
import { runCheck, SHARED_STORE_CHECKS } from './shared-store.js';
import {
  admitted,
  admittedOf,
  DEAD_PORT,
  itWithRedis,
  prefixes,
  prefixOf,
  redisOptions,
  refused,
  rulesOf,
} from './support.js';

const itRedis = await itWithRedis();

/** A client that speaks as node-redis does, on top of ioredis. */
class NodeRedisStyle {
  constructor(readonly client: Redis) {}

  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown> {
    return this.client.eval(script, options.keys.length, ...options.keys, ...options.arguments);
  }
}

describe('limits in Redis', () => {
  const clients = [new Redis(redisOptions), new Redis(redisOptions)] as const;

  beforeAll(() => {
    for (const client of clients) client.on('error', () => undefined);
  });
  afterAll(async () => {
    if (itRedis === it.skip) return clients.forEach((client) => client.disconnect());
    for (const prefix of prefixes) {
      const keys = await clients[0].keys(`${prefix}*`);
      if (keys.length > 0) await clients[0].del(...keys);
    }
    await Promise.all(clients.map((client) => client.quit()));
  });

  const entries = async (prefix: string): Promise<string[]> => {
    const keys = await clients[0].keys(`${prefix}*`);
    return Promise.all(keys.map(async (key) => `${key} ${await clients[0].get(key)}`));
  };
  const style = { clients: [new NodeRedisStyle(clients[0]), new NodeRedisStyle(clients[1])], entries } as const;

  for (const [name, check] of Object.entries(SHARED_STORE_CHECKS)) {
    itRedis(name, () => runCheck(check, { clients, entries }));
    itRedis(`${name} (node-redis)`, () => runCheck(check, style));
  }

  itRedis('lets windows end', async () => {
    const keyPrefix = prefixOf();
    const limiter = redisLimiters(clients[0])({ points: 2, duration: 60, keyPrefix });
    expect(await limiter.consume('a')).toMatchObject({ consumedPoints: 1, msBeforeNext: 60_000 });
    await limiter.consume('a');
    expect((await limiter.consume('a')).consumedPoints).toBe(3);
    expect(await clients[0].get(`${keyPrefix}:a`)).toBe('2');
    await clients[0].pexpire(`${keyPrefix}:a`, 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await limiter.reward('a')).toMatchObject({ consumedPoints: 0 });
    expect(await limiter.get('a')).toMatchObject({ consumedPoints: 0, msBeforeNext: 0 });
    expect(await clients[0].exists(`${keyPrefix}:a`)).toBe(0);
    expect((await limiter.consume('a')).consumedPoints).toBe(1);
    await limiter.reward('a');
    expect((await limiter.reward('a')).consumedPoints).toBe(0);
    await clients[0].persist(`${keyPrefix}:a`);
    await limiter.get('a');
    expect(await clients[0].ttl(`${keyPrefix}:a`)).toBe(60);
  });

  itRedis('defines no command on the client', async () => {
    const client = new Redis(redisOptions);
    const limiter = new RateLimiter(rulesOf({ maxPerMinute: 5 }), { store: client, prefix: prefixOf() });
    await admitted(limiter);
    expect('rlflxIncr' in client).toBe(false);
    await client.quit();
  });

  itRedis('goes on counting where the connection is lost midway', async () => {
    const client = new Redis({ ...redisOptions, retryStrategy: () => null });
    client.on('error', () => undefined);
    const faults: unknown[] = [];
    const limiter = new RateLimiter(rulesOf({ maxPerMinute: 5 }), {
      store: client,
      prefix: prefixOf(),
      storeTimeoutMs: 5000,
      onStoreFault: (fault) => faults.push(fault),
    });
    const ticket = await admitted(limiter);
    await admitted(limiter);
    await admitted(limiter);
    client.disconnect();
    ticket.giveBack();
    expect(await admittedOf(10, limiter)).toBe(3);
    expect((await refused(limiter)).limit).toBe('5 per minute');
    expect(faults.length).toBeGreaterThan(0);
  });

  it('counts in this process where there never was a Redis', async () => {
    const client = new Redis({ host: '127.0.0.1', port: DEAD_PORT, lazyConnect: true, disconnectTimeout: 10 });
    client.on('error', () => undefined);
    const limiter = new RateLimiter(rulesOf({ maxPerMinute: 4 }), { store: client, storeTimeoutMs: 50 });
    const started = performance.now();
    expect(await admittedOf(20, limiter)).toBe(4);
    await refused(limiter);
    expect(performance.now() - started).toBeLessThan(2000);
    client.disconnect();
  });

  it('passes keys as each kind of client writes them', async () => {
    const seen: unknown[][] = [];
    const answer = (...args: unknown[]): Promise<unknown> => {
      seen.push(args.slice(1));
      return Promise.resolve([1, 60_000]);
    };
    const ioredis: RedisLike = Object.assign({ eval: answer }, { defineCommand: () => undefined });
    const options = { points: 5, duration: 60, keyPrefix: 'p' };
    await redisLimiters(ioredis)(options).consume('a');
    await redisLimiters({ eval: answer })(options).consume('a');
    expect(seen).toEqual([[1, 'p:a', '1', '60', '5', '60'], [{ keys: ['p:a'], arguments: ['1', '60', '5', '60'] }]]);
  });
});
