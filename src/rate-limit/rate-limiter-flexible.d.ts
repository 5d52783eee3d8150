// The package types its main entry only. Its limiters are imported one by one: the entry loads all twenty of them.
declare module 'rate-limiter-flexible/lib/RateLimiterRedis.js' {
  import { RateLimiterRedis } from 'rate-limiter-flexible';
  export default RateLimiterRedis;
}
declare module 'rate-limiter-flexible/lib/RateLimiterPostgres.js' {
  import { RateLimiterPostgres } from 'rate-limiter-flexible';
  export default RateLimiterPostgres;
}
declare module 'rate-limiter-flexible/lib/RateLimiterRes.js' {
  import { RateLimiterRes } from 'rate-limiter-flexible';
  export default RateLimiterRes;
}
declare module 'rate-limiter-flexible/lib/component/MemoryStorage/MemoryStorage.js' {
  import type { RateLimiterRes } from 'rate-limiter-flexible';
  /** What RateLimiterMemory counts with. It answers at once; the package does not type it. */
  export default class MemoryStorage {
    /** Adds to a key, or begins it anew with that value where its window has ended. */
    incrby(key: string, value: number, durationSeconds: number): RateLimiterRes;
    /** Begins a key anew. */
    set(key: string, value: number, durationSeconds: number): RateLimiterRes;
    /** What a key holds; null for a key that is not there. */
    get(key: string): RateLimiterRes | null;
    /** Forgets a key and its timer. */
    delete(key: string): boolean;
  }
}
