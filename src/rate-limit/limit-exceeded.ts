/** A limit said no. A value, not an error: the stage turns it into a refusal. */
export interface LimitExceeded {
  /** Which limit, in words: `5 per minute`, `5 refused calls per minute`, `2 at once`. It holds no value of the call. */
  readonly limit: string;
  /** Whole seconds until it is worth trying again, at least 1. */
  readonly retryAfterSeconds: number;
}

/** Tells a refusal from whatever else a limiter answers with. */
export function isLimitExceeded(value: object): value is LimitExceeded {
  return 'retryAfterSeconds' in value;
}

/** Makes a refusal; the wait is rounded up to whole seconds, and is 1 where it is shorter, past or unknown. */
export function limitExceeded(limit: string, waitMs: number): LimitExceeded {
  return Object.freeze({ limit, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000) || 1) });
}
