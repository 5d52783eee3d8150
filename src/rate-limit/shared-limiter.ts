import type { RateLimiterRes } from 'rate-limiter-flexible';
import Answer from 'rate-limiter-flexible/lib/RateLimiterRes.js';

/** What one limiter in a store counts. */
export interface SharedLimiterOptions {
  /** Points in a window. */
  readonly points: number;
  /** Length of a window in seconds. */
  readonly duration: number;
  /** Stands before every key in the store. */
  readonly keyPrefix: string;
}

/** One limiter in a store that processes share. Every method rejects where the store fails, and only there. */
export interface SharedLimiter {
  /** Takes a point, atomically. A refusal is an answer, with more points consumed than there are. */
  consume(key: string): Promise<RateLimiterRes>;
  /** Takes a point, also where none is left. */
  penalty(key: string): Promise<RateLimiterRes>;
  /** Returns a point. */
  reward(key: string): Promise<RateLimiterRes>;
  /** What is consumed; null for a key that is not there. */
  get(key: string): Promise<RateLimiterRes | null>;
  /** True where a refused `consume` has to be returned with `reward`. */
  readonly countsRefusals: boolean;
}

/** Makes the limiters of one store. */
export type SharedLimiterFactory = (options: SharedLimiterOptions) => SharedLimiter;

/** Makes the limiter's rejection of a refusal an answer; rejections that are faults stay rejections. */
export function refusalAsAnswer(consumed: Promise<RateLimiterRes>): Promise<RateLimiterRes> {
  return consumed.catch((reason: unknown) => {
    if (reason instanceof Answer) return reason;
    throw reason;
  });
}
