import { isRedisUrl } from '../config/redis-url.js';

/**
 * A client of Redis or Valkey: ioredis, iovalkey or node-redis (4 and newer), connected by its owner and closed by its
 * owner. Nothing but `eval` is used, so that commands the owner defined on it stay as they are.
 */
export interface RedisLike {
  eval(...args: never[]): unknown;
}

/** A pool or client of the package `pg`, or anything else with its `query({ text, values })`; closed by its owner. */
export interface PostgresLike {
  query(...args: never[]): unknown;
}

/**
 * Where calls are counted: `memory`, which is this process, or a store that many processes share. An address,
 * `redis://host:port` or `rediss://host:port`, is connected to by us, which needs the package ioredis.
 */
export type RateLimitStore = string | RedisLike | PostgresLike;

/** True for a Postgres pool or client. */
export function isPostgresLike(value: unknown): value is PostgresLike {
  return hasMethod(value, 'query');
}

/** True for a Redis or Valkey client. */
export function isRedisLike(value: unknown): value is RedisLike {
  return hasMethod(value, 'eval') && !hasMethod(value, 'query');
}

/** True for `memory`, the address of a Redis, and every client that calls can be counted in. */
export function isRateLimitStore(value: unknown): value is RateLimitStore {
  if (typeof value === 'string') return value === 'memory' || isRedisUrl(value);
  return isPostgresLike(value) || isRedisLike(value);
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[name] === 'function';
}
