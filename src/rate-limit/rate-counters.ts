import { ConcurrencyCounter } from './concurrency-counter.js';
import type { Counter } from './counter.js';
import { MemoryCounter } from './memory-counter.js';
import { postgresLimiters } from './postgres-limiter.js';
import { RateBudget } from './rate-budget.js';
import type { RateWindow } from './rate-window.js';
import { redisConnection } from './redis-connection.js';
import { redisLimiters } from './redis-limiter.js';
import type { SharedLimiterFactory } from './shared-limiter.js';
import { StoreCounter } from './store-counter.js';
import { StoreGuard } from './store-guard.js';
import { isPostgresLike, isRateLimitStore, type RateLimitStore } from './stores.js';

/** Where and how calls are counted. */
export interface RateCountersOptions {
  /** `memory` (the default), `redis://host:port`, or a Redis, Valkey or Postgres client. */
  readonly store?: RateLimitStore;
  /** Stands before every key in a shared store, at most 100 characters; `mcp-governance:rate` by default. */
  readonly prefix?: string;
  /** Milliseconds the store has to answer each operation; 500 by default. Later is as bad as never. */
  readonly storeTimeoutMs?: number;
  /** Milliseconds a store that failed is left alone before it is tried again; 2,000 by default. */
  readonly storePauseMs?: number;
  /** Keys each limit holds in memory, with each window apart; 10,000 by default. New keys beyond them share one budget. */
  readonly maxKeys?: number;
  /** Told when the store fails and this process counts in its stead, once until it is back; what it throws is dropped. */
  readonly onStoreFault?: (fault: unknown) => void;
  /** Told when the store counts again; what it throws is dropped. */
  readonly onStoreBack?: () => void;
}

/**
 * The counts of one store, for all limiters that are given it.
 *
 * Limits with the same key, window and number are one limit, whichever tool they stand at: `{ maxPerHour: 100, by:
 * ['principal'] }` as the default of a server counts a principal's calls of all its tools together.
 */
export class RateCounters {
  readonly #maxKeys: number;
  readonly #prefix: string;
  readonly #shared: { readonly limiters: SharedLimiterFactory; readonly guard: StoreGuard } | undefined;
  readonly #budgets = new Map<string, RateBudget>();
  readonly #concurrency = new Map<string, ConcurrencyCounter>();

  /**
   * Nothing is asked of the store yet.
   *
   * @throws TypeError where the store is none of those known; RangeError where the prefix is too long; ConfigError where
   *   the package for an address is missing.
   */
  constructor(options: RateCountersOptions = {}) {
    const { store = 'memory', prefix = 'mcp-governance:rate', storeTimeoutMs = 500, storePauseMs = 2000 } = options;
    if (prefix.length > 100) throw new RangeError('prefix must have at most 100 characters');
    this.#maxKeys = options.maxKeys ?? 10_000;
    this.#prefix = prefix;
    const shared = store === 'memory' ? undefined : sharedStore(store);
    const { onStoreFault: onFault, onStoreBack: onBack } = options;
    const guard = { timeoutMs: storeTimeoutMs, pauseMs: storePauseMs, onFault, onBack, open: shared?.open };
    this.#shared = shared && { limiters: shared.limiters, guard: new StoreGuard(guard) };
  }

  /** The budget of one limit, made when it is first asked for. */
  budget(scope: string, window: RateWindow, points: number): RateBudget {
    return remembered(this.#budgets, JSON.stringify([scope, window.word, points]), () => {
      const counter = (kind: string): Counter => this.#counter(scope, window, points, kind);
      return new RateBudget(points, window, counter('allowed'), counter('refused'));
    });
  }

  /** The count of what runs at once under one limit, made when it is first asked for. */
  concurrency(scope: string, max: number): ConcurrencyCounter {
    return remembered(this.#concurrency, JSON.stringify([scope, max]), () => new ConcurrencyCounter(max));
  }

  #counter(scope: string, window: RateWindow, points: number, kind: string): Counter {
    const memory = new MemoryCounter(points, window.seconds, this.#maxKeys);
    if (!this.#shared) return memory;
    const { limiters, guard } = this.#shared;
    const keyPrefix = `${this.#prefix}:${points}/${window.word}:${kind}`;
    const limiter = limiters({ points, duration: window.seconds, keyPrefix });
    return new StoreCounter({ limiter, guard, insurance: memory, points, scope });
  }
}

interface SharedStore {
  readonly limiters: SharedLimiterFactory;
  /** Makes the way to a store that we connect to ourselves. */
  readonly open?: () => Promise<void>;
}

function sharedStore(store: RateLimitStore): SharedStore {
  if (!isRateLimitStore(store)) {
    throw new TypeError("store must be 'memory', redis://host:port, or a Redis, Valkey or Postgres client");
  }
  if (typeof store === 'string') {
    const connection = redisConnection(store);
    return { limiters: redisLimiters(connection), open: () => connection.open() };
  }
  return { limiters: isPostgresLike(store) ? postgresLimiters(store) : redisLimiters(store) };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}
