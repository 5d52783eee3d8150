/**
 * What a limit counts by: `tool`, `principal`, `server`, `session`, or the path of an argument (`args.customer.id`, or
 * `customer.id` for short; only `args.` tells an argument named `tool` from the tool).
 */
export type RateLimitKeyPart = string;

/** Limits of a tool, as users write them. Whatever is not given is not limited. */
export interface RateLimitOptions {
  /** Calls in one minute: a whole number of at least 1. */
  maxPerMinute?: number;
  /** Calls in one hour: a whole number of at least 1. */
  maxPerHour?: number;
  /** Calls in one day of 24 hours: a whole number of at least 1. */
  maxPerDay?: number;
  /** Handlers that run at the same time, in this process alone: a whole number of at least 1. */
  maxConcurrent?: number;
  /**
   * What is counted apart: `tool`, `principal`, `server`, `session`, or the path of an argument (`args.customer.id`).
   * Default `['tool', 'principal']`.
   */
  by?: readonly RateLimitKeyPart[];
}

/** One set of limits over the same key, with every field settled. */
export interface RateLimitRule {
  readonly maxPerMinute: number | undefined;
  readonly maxPerHour: number | undefined;
  readonly maxPerDay: number | undefined;
  readonly maxConcurrent: number | undefined;
  readonly by: readonly RateLimitKeyPart[];
}

/** What limits count by where nothing is said. */
export const DEFAULT_RATE_LIMIT_BY: readonly RateLimitKeyPart[] = Object.freeze(['tool', 'principal']);

/** Settles every field of a limit; `by` becomes {@link DEFAULT_RATE_LIMIT_BY} where nothing is said. */
export function toRateLimitRule(options: RateLimitOptions): RateLimitRule {
  return Object.freeze({
    maxPerMinute: options.maxPerMinute,
    maxPerHour: options.maxPerHour,
    maxPerDay: options.maxPerDay,
    maxConcurrent: options.maxConcurrent,
    by: Object.freeze([...(options.by ?? DEFAULT_RATE_LIMIT_BY)]),
  });
}
