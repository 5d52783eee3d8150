import type { Subject } from '../subject.js';
import type { Truth } from '../truth.js';

/** A compiled condition. */
export interface Condition {
  /** Evaluates it; never throws. */
  test(subject: Subject): Truth;
  /** Says for people why it does not hold, one text a reason; no text holds a value of the call. */
  explain(subject: Subject): readonly string[];
}
