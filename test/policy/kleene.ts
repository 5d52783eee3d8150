/** What nobody can tell. */
export const UNKNOWN = 'unknown';

/** The three truth values of Kleene's logic. */
export type Kleene = boolean | typeof UNKNOWN;

/** False where one is false, else unknown where one is unknown, else true. */
export function and(values: readonly Kleene[]): Kleene {
  return values.includes(false) ? false : values.includes(UNKNOWN) ? UNKNOWN : true;
}

/** True where one is true, else unknown where one is unknown, else false. */
export function or(values: readonly Kleene[]): Kleene {
  return values.includes(true) ? true : values.includes(UNKNOWN) ? UNKNOWN : false;
}

/** The other one; what is unknown stays so. */
export function negated(value: Kleene): Kleene {
  return value === UNKNOWN ? UNKNOWN : !value;
}
