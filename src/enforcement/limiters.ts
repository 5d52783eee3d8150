import { ConfigError } from '../errors/config-error.js';
import { RateCounters, type RateCountersOptions } from '../rate-limit/rate-counters.js';
import { RateLimiter } from '../rate-limit/rate-limiter.js';
import type { RateLimitRule } from '../rate-limit/rate-limit-rule.js';
import type { RateLimitStore } from '../rate-limit/stores.js';

/** Rate limiters by their rules, over common counts: a limit that does not tell tools apart counts them together. */
export class Limiters {
  readonly #made = new Map<string, RateLimiter>();
  readonly #counters: RateCounters;

  /** @throws ConfigError where the store is none that is known, or the package for an address is missing. */
  constructor(store: RateLimitStore, told: Pick<RateCountersOptions, 'onStoreFault' | 'onStoreBack'>) {
    try {
      this.#counters = new RateCounters({ store, ...told });
    } catch (fault) {
      if (fault instanceof ConfigError) throw fault;
      throw new ConfigError(
        "rateLimitStore: must be 'memory', redis://host:port, or a Redis, Valkey or Postgres client.",
        { cause: fault },
      );
    }
  }

  /** The limiter for some rules; undefined where there are none. */
  for(rules: readonly RateLimitRule[]): RateLimiter | undefined {
    if (rules.length === 0) return undefined;
    const key = JSON.stringify(rules);
    let limiter = this.#made.get(key);
    if (limiter === undefined) {
      limiter = new RateLimiter(rules, this.#counters);
      this.#made.set(key, limiter);
    }
    return limiter;
  }
}
