import { it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { ToolCall } from '../../src/call/tool-call.js';
import { isLimitExceeded, type LimitExceeded } from '../../src/rate-limit/limit-exceeded.js';
import type { RateLimiter } from '../../src/rate-limit/rate-limiter.js';
import { type RateLimitOptions, type RateLimitRule, toRateLimitRule } from '../../src/rate-limit/rate-limit-rule.js';
import type { RateTicket } from '../../src/rate-limit/rate-ticket.js';

export function callOf(over: Partial<ToolCall> & { agent?: string } = {}): ToolCall {
  return {
    door: 'middleware',
    server: 'documents',
    tool: 'search',
    arguments: {},
    principal: { agent: over.agent ?? 'agent', user: 'user', attributes: {}, selfDeclared: false },
    sessionId: 'session-1',
    meta: undefined,
    definition: undefined,
    signal: undefined,
    ...over,
  };
}

export function rulesOf(...options: RateLimitOptions[]): RateLimitRule[] {
  return options.map(toRateLimitRule);
}

/** Takes, and fails the test where the call is refused. */
export async function admitted(limiter: RateLimiter, call = callOf()): Promise<RateTicket> {
  const taken = await limiter.take(call);
  if (isLimitExceeded(taken)) throw new Error(`refused: ${taken.limit}`);
  return taken;
}

/** Takes, and fails the test where the call is admitted. */
export async function refused(limiter: RateLimiter, call = callOf()): Promise<LimitExceeded> {
  const taken = await limiter.take(call);
  if (!isLimitExceeded(taken)) throw new Error('admitted');
  return taken;
}

/** Takes many times at once and tells how many were admitted. */
export async function admittedOf(count: number, limiter: RateLimiter, call = callOf()): Promise<number> {
  const taken = await Promise.all(Array.from({ length: count }, () => limiter.take(call)));
  return taken.filter((each) => !isLimitExceeded(each)).length;
}

/** Waits for what happens behind a call's back. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it never happened');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Every prefix that was used, for cleaning up. */
export const prefixes: string[] = [];

export function prefixOf(): string {
  const prefix = `mcp-test-${randomUUID()}`;
  prefixes.push(prefix);
  return prefix;
}

/** A port on which nobody listens. */
export const DEAD_PORT = 9;

export const redisOptions = { host: '127.0.0.1', port: 6379, lazyConnect: true, disconnectTimeout: 10 };
export const postgresOptions = { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' };

/** `it` where Redis answers, else a visible skip. */
export async function itWithRedis(): Promise<typeof it | typeof it.skip> {
  const client = new Redis({ ...redisOptions, retryStrategy: () => null, connectTimeout: 2000 });
  client.on('error', () => undefined);
  const present = await client.ping().then(
    () => true,
    () => false,
  );
  client.disconnect();
  return present ? it : skipped('Redis at 127.0.0.1:6379');
}

/** `it` where PostgreSQL answers, else a visible skip. */
export async function itWithPostgres(): Promise<typeof it | typeof it.skip> {
  const client = new pg.Client({ ...postgresOptions, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  const present = await client.connect().then(
    () => client.query('SELECT 1').then(() => true),
    () => false,
  );
  await client.end().catch(() => undefined);
  return present ? it : skipped('PostgreSQL at 127.0.0.1:5432');
}

function skipped(what: string): typeof it.skip {
  console.warn(`${what} does not answer: its tests are skipped.`);
  return it.skip;
}
