import type { Decision } from '../call/decision.js';

/**
 * What follows from a decision, worked out once where many calls share it.
 *
 * Decisions that are shared are frozen: of any other, nothing is kept.
 */
export class PerDecision<T> {
  readonly #made = new WeakMap<Decision, T>();

  constructor(private readonly make: (decision: Decision) => T) {}

  /** What follows from a decision. */
  get(decision: Decision): T {
    const made = this.#made.get(decision);
    if (made !== undefined) return made;
    const fresh = this.make(decision);
    if (Object.isFrozen(decision)) this.#made.set(decision, fresh);
    return fresh;
  }
}
