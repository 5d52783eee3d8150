import { isJsonObject } from '../../call/json.js';
import type { OperatorTest } from '../operators/operator.js';
import type { Subject } from '../subject.js';
import { FALSE, type Truth, TRUE, UNKNOWN } from '../truth.js';
import type { Condition } from './condition.js';
import { EACH, type PathStep, rootValue, stepsTaken, takeStep, type ValuePath } from './value-path.js';

/** An operator with its operand, compiled. */
export interface ValueTest {
  readonly name: string;
  readonly operand: unknown;
  readonly test: OperatorTest;
  readonly readsMissing: boolean;
}

const LONGEST_OPERAND = 60;

/**
 * What operators say about the value at a path; all of them have to hold.
 *
 * Where the path goes over the elements of a list (`[*]`), one element for which all of them hold is enough. Where it
 * leads into a value that is neither the object nor the list it asks for, none of them can be evaluated.
 */
export class ValueCondition implements Condition {
  readonly #path: ValuePath;

  constructor(
    private readonly text: string,
    path: ValuePath,
    private readonly tests: readonly ValueTest[],
  ) {
    this.#path = path;
  }

  /** Evaluates it. */
  test(subject: Subject): Truth {
    return walk(rootValue(this.#path, subject), this.#path.steps, stepsTaken(this.#path), this.tests);
  }

  /** Names the operators that do not hold, with what the policy asks for and without what the call holds. */
  explain(subject: Subject): readonly string[] {
    const found = rootValue(this.#path, subject);
    const alone = this.tests.map((test): [ValueTest, Truth] => [
      test,
      walk(found, this.#path.steps, stepsTaken(this.#path), [test]),
    ]);
    const failed = alone.filter(([, truth]) => truth !== TRUE);
    if (failed.length === 0) return this.test(subject) === TRUE ? [] : [`${this.text}: no element meets all of it`];
    return failed.map(([{ name, operand }, truth]) => `${this.text}: ${name} ${shown(operand)} ${SAID[truth]}`);
  }
}

const SAID = ['does not hold', 'cannot be evaluated', 'holds'] as const;

function walk(value: unknown, steps: readonly PathStep[], from: number, tests: readonly ValueTest[]): Truth {
  let at = value;
  for (let index = from; index < steps.length; index++) {
    const step = steps[index] as PathStep;
    if (at === undefined || at === null) return testAll(undefined, tests);
    // A tool may take one text for a list of one, or JSON text for an object: what is there must not pass for missing.
    if (typeof step === 'string' ? !isJsonObject(at) : !Array.isArray(at)) return UNKNOWN;
    if (step === EACH) return walkEach(at as readonly unknown[], steps, index + 1, tests);
    at = takeStep(at, step);
  }
  return testAll(at, tests);
}

function walkEach(
  list: readonly unknown[],
  steps: readonly PathStep[],
  from: number,
  tests: readonly ValueTest[],
): Truth {
  // Where there is no element there is no value.
  if (list.length === 0) return testAll(undefined, tests);
  let best: Truth = FALSE;
  for (const element of list) {
    const truth = walk(element, steps, from, tests);
    if (truth === TRUE) return TRUE;
    if (truth === UNKNOWN) best = UNKNOWN;
  }
  return best;
}

function testAll(value: unknown, tests: readonly ValueTest[]): Truth {
  let worst: Truth = TRUE;
  for (const { test, readsMissing } of tests) {
    const truth = value === undefined && !readsMissing ? FALSE : test(value);
    if (truth === FALSE) return FALSE;
    if (truth === UNKNOWN) worst = UNKNOWN;
  }
  return worst;
}

function shown(operand: unknown): string {
  const text = JSON.stringify(operand);
  return text.length > LONGEST_OPERAND ? `${text.slice(0, LONGEST_OPERAND)}...` : text;
}
