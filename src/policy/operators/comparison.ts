import { z } from 'zod';
import { truthOf, UNKNOWN } from '../truth.js';
import type { Operator, OperatorTest } from './operator.js';

type Bound = number | string;

const bound = z.union([z.number(), z.string()], { error: 'must be a number or a text' });

const COMPARISONS = {
  gt: ['greater than', (value: Bound, operand: Bound) => value > operand],
  gte: ['greater than or equal to', (value: Bound, operand: Bound) => value >= operand],
  lt: ['less than', (value: Bound, operand: Bound) => value < operand],
  lte: ['less than or equal to', (value: Bound, operand: Bound) => value <= operand],
} as const;

/** The names of the operators that compare by size. */
export type Comparison = keyof typeof COMPARISONS;

/** Makes the test for one comparison; a value of another type than the operand cannot be compared. */
export function compareWith(name: Comparison, operand: Bound): OperatorTest {
  const holds = COMPARISONS[name][1];
  if (typeof operand === 'number') {
    return (value) => (typeof value === 'number' && !Number.isNaN(value) ? truthOf(holds(value, operand)) : UNKNOWN);
  }
  return (value) => (typeof value === 'string' ? truthOf(holds(value, operand)) : UNKNOWN);
}

/** Operators that compare by size: numbers with numbers, texts with texts. */
export const COMPARISON_OPERATORS: readonly Operator[] = (Object.keys(COMPARISONS) as Comparison[]).map((name) => ({
  name,
  operand: 'a number or a text',
  schema: bound,
  meaning: `The value is ${COMPARISONS[name][0]} this. Texts are compared by code unit, as ISO dates want it.`,
  wrongType: 'It cannot be evaluated where one is a number and the other a text, or for any other value.',
  example: 1000,
  compile: (operand) => compareWith(name, operand as Bound),
}));
