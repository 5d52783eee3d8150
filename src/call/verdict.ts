import type { PolicyViolationError } from '../errors/policy-violation-error.js';

/** One stage's say about a call. */
export type Verdict =
  /** Nothing against it. */
  | { readonly kind: 'pass' }
  /** Go on with this in place of the arguments (before the tool) or of the result (after it). */
  | { readonly kind: 'rewrite'; readonly value: unknown }
  /** Go on after so many milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** A person has to decide; `violation` is what the caller gets where nobody approves. */
  | { readonly kind: 'review'; readonly violation: PolicyViolationError }
  /** An intended refusal. */
  | { readonly kind: 'block'; readonly violation: PolicyViolationError };

/** The verdict of a stage that has nothing to say. */
export const PASS: Verdict = Object.freeze({ kind: 'pass' });

/** The verdict that refuses a call with this violation. */
export function block(violation: PolicyViolationError): Verdict {
  return { kind: 'block', violation };
}
