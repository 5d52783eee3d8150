/** A length of time that calls are counted in. */
export interface RateWindow {
  /** The field of a rule that limits it. */
  readonly field: 'maxPerMinute' | 'maxPerHour' | 'maxPerDay';
  /** Its name in a refusal (`5 per minute`) and in a store's keys. */
  readonly word: 'minute' | 'hour' | 'day';
  readonly seconds: number;
}

/** Every window there is. */
export const RATE_WINDOWS: readonly RateWindow[] = [
  { field: 'maxPerDay', word: 'day', seconds: 86_400 },
  { field: 'maxPerHour', word: 'hour', seconds: 3600 },
  { field: 'maxPerMinute', word: 'minute', seconds: 60 },
];
