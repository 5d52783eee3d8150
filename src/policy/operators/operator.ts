import type { z } from 'zod';
import type { Truth } from '../truth.js';

/** Says whether an operator holds for a value; `undefined` reaches it only where the operator reads missing values. */
export type OperatorTest = (value: unknown) => Truth;

/** One operator of `when`: a row of the reference table, and what it does. */
export interface Operator {
  readonly name: string;
  /** What may stand behind it, in words. */
  readonly operand: string;
  /** The same for machines: the first check of an operand, and the published JSON Schema. */
  readonly schema: z.ZodType;
  readonly meaning: string;
  /** What it says of a value that it cannot read. */
  readonly wrongType: string;
  /** An operand as it may stand in a document. */
  readonly example: unknown;
  /** True for an operator that has something to say about a value that is not there; all others are false then. */
  readonly readsMissing?: boolean;
  /** Makes the test once, at loading; a text says what is wrong with an operand of the right type. */
  compile(operand: unknown): OperatorTest | string;
}

/** One value or several: `type: string`, `type: [string, number]`. */
export function listed<T>(operand: T | readonly T[]): readonly T[] {
  return Array.isArray(operand) ? (operand as readonly T[]) : [operand as T];
}

/** What `wrongType` says of an operator that reads every value. */
export const ANY_VALUE = 'There is none: any value can be compared.';
