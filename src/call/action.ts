/** Every action a decision can carry, from lax to strict. */
export const ACTIONS = ['allow', 'warn', 'throttle', 'review', 'block'] as const;

/** What a decision says about a call. */
export type Action = (typeof ACTIONS)[number];

const STRICTNESS: ReadonlyMap<unknown, number> = new Map(ACTIONS.map((action, index) => [action, index]));

/** True for one of the five action words, spelled exactly. */
export function isAction(value: unknown): value is Action {
  return STRICTNESS.has(value);
}

/** The stricter of two actions. */
export function stricterAction(a: Action, b: Action): Action {
  return (STRICTNESS.get(a) ?? 0) >= (STRICTNESS.get(b) ?? 0) ? a : b;
}

/** Every risk level, from low to high. */
export const RISKS = ['low', 'medium', 'high', 'critical'] as const;

/** How bad a wrong call of this kind would be, in the eyes of whoever wrote the policy. */
export type Risk = (typeof RISKS)[number];
