import { createRequire } from 'node:module';
import { isNativeError } from 'node:util/types';
import type { Redis } from 'ioredis';
import { ConfigError } from '../errors/config-error.js';
import type { RedisLike } from './stores.js';

/** What is unanswered after so long was sent into a connection that is dead; calls wait for less than that. */
const DEAD_AFTER_MS = 2000;

/** How node-redis writes the keys and the arguments of a script. */
interface EvalArguments {
  readonly keys: readonly string[];
  readonly arguments: readonly string[];
}

/**
 * A connection to one Redis or Valkey that we make and keep ourselves, speaking as node-redis does.
 *
 * It is made when something is asked, dropped at the first fault, and made anew for whatever is asked next: nothing is
 * tried again behind the back of whoever counts, and a Redis that has moved, or became a replica, is found without a
 * restart. It keeps no process alive.
 */
export class RedisConnection implements RedisLike {
  readonly #url: string;
  readonly #loading: Promise<{ readonly Redis: typeof Redis }>;
  #redis: Redis | undefined;
  #lastError: unknown;

  /**
   * @param url - `redis://` or `rediss://`; not connected to yet.
   * @throws ConfigError where the package ioredis is missing.
   */
  constructor(url: string) {
    requireIoredis();
    this.#url = url;
    // Loading takes longer than a call waits for its answer.
    this.#loading = import('ioredis');
    this.#loading.catch(() => undefined);
  }

  /** Loads the package and connects; resolves within two seconds of that, also where there is no Redis. */
  async open(): Promise<void> {
    try {
      const { Redis } = await this.#loading;
      await (this.#redis ??= this.#dial(Redis)).ping();
    } catch {
      // The first that is asked is told why not.
    }
  }

  /** Runs a script. Rejects, within two seconds, where Redis is not there, does not answer, or refuses. */
  async eval(script: string, { keys, arguments: args }: EvalArguments): Promise<unknown> {
    const { Redis } = await this.#loading;
    const redis = (this.#redis ??= this.#dial(Redis));
    try {
      return await redis.eval(script, keys.length, ...keys, ...args);
    } catch (fault) {
      this.#drop(redis);
      throw withCode(fault, this.#lastError);
    }
  }

  #dial(Client: typeof Redis): Redis {
    this.#lastError = undefined;
    const redis = new Client(this.#url, {
      connectionName: 'mcp-governance',
      retryStrategy: () => null,
      connectTimeout: DEAD_AFTER_MS,
      commandTimeout: DEAD_AFTER_MS,
      disconnectTimeout: 100,
    });
    // A connection that nobody waits for must not keep the process; a command that is waited for has a timer that does.
    redis.on('connect', () => redis.stream.unref());
    redis.on('error', (fault) => {
      this.#lastError = fault;
    });
    redis.on('end', () => {
      this.#drop(redis);
    });
    return redis;
  }

  #drop(redis: Redis): void {
    if (this.#redis !== redis) return;
    this.#redis = undefined;
    redis.disconnect();
  }
}

const connections = new Map<string, RedisConnection>();

/**
 * The connection to an address: one for the whole process, however many doors count over it.
 *
 * @throws ConfigError where the package ioredis is missing.
 */
export function redisConnection(url: string): RedisConnection {
  let connection = connections.get(url);
  if (connection === undefined) connections.set(url, (connection = new RedisConnection(url)));
  return connection;
}

/** Asked at once and not with the first call, so that a door without its store does not open. */
function requireIoredis(): void {
  try {
    createRequire(import.meta.url).resolve('ioredis');
  } catch (fault) {
    throw new ConfigError('To count in Redis, the package ioredis is needed: npm install ioredis', { cause: fault });
  }
}

/** Gives a fault a code where it has none: "Connection is closed" does not tell why, the error before it does. */
function withCode(fault: unknown, lastError: unknown): unknown {
  const code = codeOf(fault) ?? codeOf(lastError) ?? 'NO_ANSWER';
  return isNativeError(fault) ? Object.assign(fault, { code }) : fault;
}

/** What Redis refuses it names by the first word of its text (READONLY, NOAUTH); the rest may quote what was asked. */
function codeOf(fault: unknown): string | undefined {
  if (!isNativeError(fault)) return undefined;
  const { code } = fault as { readonly code?: unknown };
  return typeof code === 'string' ? code : /^[A-Z]{2,40}(?= )/.exec(fault.message)?.[0];
}
