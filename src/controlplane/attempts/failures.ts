import { isNativeError } from 'node:util/types';
import type { Counter } from '../../rate-limit/counter.js';
import { MemoryCounter } from '../../rate-limit/memory-counter.js';
import { redisConnection } from '../../rate-limit/redis-connection.js';
import { redisLimiters } from '../../rate-limit/redis-limiter.js';
import { StoreCounter } from '../../rate-limit/store-counter.js';
import { StoreGuard } from '../../rate-limit/store-guard.js';

/** Addresses that are counted one by one; those beyond them share one count, until windows end. */
const MOST_ADDRESSES = 20_000;
/** Milliseconds that Redis has to answer; later is as bad as never. */
const TIMEOUT_MS = 500;
/** Milliseconds that a Redis which failed is left alone. */
const PAUSE_MS = 2000;
const PREFIX = 'mcp-governance:attempts';

/** How failures are counted. */
export interface FailuresOptions {
  /** Failures that an address has in a window. */
  readonly points: number;
  /** Length of a window, in seconds. */
  readonly seconds: number;
  /** The Redis or Valkey that several processes count in; undefined: each counts by itself. */
  readonly redisUrl: string | undefined;
  /** Told, once, that Redis failed, and once that it is back. No text holds its address. */
  readonly log: (message: string) => void;
}

/**
 * Counts failures by address: in this process, or for all processes in Redis.
 *
 * What Redis answers is noted here, so that whether an address is blocked is known without asking it: a process learns of
 * a block that others have counted with the first failure it sees itself. Where Redis is stopped, slow or read-only, this
 * process goes on by itself from what it knew.
 */
export class Failures {
  readonly #memory: MemoryCounter;
  readonly #counter: Counter;

  /**
   * Begins to connect to Redis and waits for nothing.
   *
   * @throws ConfigError where the package ioredis is missing.
   */
  constructor({ points, seconds, redisUrl, log }: FailuresOptions) {
    this.#memory = new MemoryCounter(points, seconds, MOST_ADDRESSES);
    this.#counter = this.#memory;
    if (redisUrl === undefined) return;
    const connection = redisConnection(redisUrl);
    void connection.open();
    const guard = new StoreGuard({
      timeoutMs: TIMEOUT_MS,
      pauseMs: PAUSE_MS,
      onFault: (fault) => log(`Redis failed (${codeOf(fault)}): this process counts wrong credentials by itself`),
      onBack: () => log('Redis is back: wrong credentials are counted for all processes again'),
    });
    const limiter = redisLimiters(connection)({
      points,
      duration: seconds,
      keyPrefix: `${PREFIX}:${points}/${seconds}s`,
    });
    this.#counter = new StoreCounter({ limiter, guard, insurance: this.#memory, points, scope: 'address ' });
  }

  /** Milliseconds since 1970 at which an address may try again; 0 where it may now. */
  blockedUntil(address: string): number {
    return this.#memory.fullUntil(address);
  }

  /**
   * Counts one failure. Never rejects, and waits for Redis half a second at most.
   *
   * @returns Milliseconds since 1970 at which the address may try again; 0 where it may go on.
   */
  async add(address: string): Promise<number> {
    const { refused, endsAt } = await this.#counter.take(address);
    return refused ? endsAt : 0;
  }
}

/** The code alone: texts of faults may quote the address. */
function codeOf(fault: unknown): string {
  const { code } = (isNativeError(fault) ? fault : {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : 'no code';
}
