/**
 * What a condition says about a call: it does not hold, it cannot be evaluated, or it holds.
 *
 * The numbers make Kleene's strong three-valued logic plain: and is the least, or the greatest, not the mirror.
 */
export type Truth = 0 | 1 | 2;

/** The condition does not hold. */
export const FALSE: Truth = 0;
/** The condition cannot be evaluated: a value of the wrong kind, a path that is not absolute. */
export const UNKNOWN: Truth = 1;
/** The condition holds. */
export const TRUE: Truth = 2;

/** The truth of something that can always be evaluated. */
export function truthOf(holds: boolean): Truth {
  return holds ? TRUE : FALSE;
}

/** Kleene's negation: what is unknown stays unknown. */
export function negate(truth: Truth): Truth {
  return (2 - truth) as Truth;
}
