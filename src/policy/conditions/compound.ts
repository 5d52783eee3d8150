import type { Subject } from '../subject.js';
import { FALSE, negate, type Truth, TRUE, UNKNOWN } from '../truth.js';
import type { Condition } from './condition.js';

/** Conditions of which every one has to hold. */
export class AllOf implements Condition {
  constructor(private readonly parts: readonly Condition[]) {}

  /** Evaluates them until one does not hold. */
  test(subject: Subject): Truth {
    let worst: Truth = TRUE;
    for (const part of this.parts) {
      const truth = part.test(subject);
      if (truth === FALSE) return FALSE;
      if (truth === UNKNOWN) worst = UNKNOWN;
    }
    return worst;
  }

  /** Says why of every part that does not hold. */
  explain(subject: Subject): readonly string[] {
    return this.parts.flatMap((part) => (part.test(subject) === TRUE ? [] : part.explain(subject)));
  }
}

/** Conditions of which one has to hold. */
export class AnyOf implements Condition {
  constructor(private readonly parts: readonly Condition[]) {}

  /** Evaluates them until one holds. */
  test(subject: Subject): Truth {
    let best: Truth = FALSE;
    for (const part of this.parts) {
      const truth = part.test(subject);
      if (truth === TRUE) return TRUE;
      if (truth === UNKNOWN) best = UNKNOWN;
    }
    return best;
  }

  /** Says why of every part, since none holds. */
  explain(subject: Subject): readonly string[] {
    if (this.test(subject) === TRUE) return [];
    return [`none of these holds: ${this.parts.map((part) => part.explain(subject).join(', ')).join('; ')}`];
  }
}

/** A condition that must not hold. */
export class Not implements Condition {
  constructor(private readonly part: Condition) {}

  /** Evaluates it. */
  test(subject: Subject): Truth {
    return negate(this.part.test(subject));
  }

  /** Says that what must not hold does, or why that cannot be told. */
  explain(subject: Subject): readonly string[] {
    const truth = this.part.test(subject);
    if (truth === FALSE) return [];
    return [truth === TRUE ? 'not: what must not hold does' : `not: ${this.part.explain(subject).join(', ')}`];
  }
}
