import { z } from 'zod';
import { isJsonObject } from '../../call/json.js';
import { FALSE, TRUE, truthOf, UNKNOWN } from '../truth.js';
import { compareWith, type Comparison } from './comparison.js';
import type { Operator, OperatorTest } from './operator.js';

const count = z.number({ error: 'must be a number from 0' }).min(0, { error: 'must be a number from 0' });
const bounds = z
  .strictObject({
    eq: count.optional(),
    gt: count.optional(),
    gte: count.optional(),
    lt: count.optional(),
    lte: count.optional(),
  })
  .refine((value) => Object.keys(value).length > 0, { error: 'must say eq, gt, gte, lt or lte' });

/** Operator that counts: the code points of a text, the elements of a list. */
export const LENGTH_OPERATOR: Operator = {
  name: 'length',
  operand: 'a number, or a mapping of eq, gt, gte, lt, lte to numbers',
  schema: z.union([count, bounds], {
    error: 'must be a number from 0, or a mapping such as { lte: 100 } of eq, gt, gte, lt, lte',
  }),
  meaning: 'The text has so many characters (code points), or the list so many elements.',
  wrongType: 'It cannot be evaluated for what is neither a text nor a list.',
  example: { lte: 100 },
  compile: (operand) => {
    const tests = toTests(operand);
    return (value) => {
      const length = lengthOf(value);
      if (length === undefined) return UNKNOWN;
      return tests.every((test) => test(length) === TRUE) ? TRUE : FALSE;
    };
  },
};

function toTests(operand: unknown): readonly OperatorTest[] {
  if (!isJsonObject(operand)) return [(length) => truthOf(length === operand)];
  return Object.entries(operand).map(([name, bound]): OperatorTest =>
    name === 'eq' ? (length) => truthOf(length === bound) : compareWith(name as Comparison, bound as number),
  );
}

function lengthOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'string' ? codePointsOf(value) : undefined;
}

/** Counts without making a list of the characters: a value may be a megabyte long. */
function codePointsOf(text: string): number {
  let count = text.length;
  for (let at = 0; at + 1 < text.length; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      count--;
      at++;
    }
  }
  return count;
}
