import { z } from 'zod';
import { isJsonObject } from '../../call/json.js';
import { truthOf } from '../truth.js';
import { ANY_VALUE, listed, type Operator } from './operator.js';

const TYPE_TESTS = {
  string: (value: unknown) => typeof value === 'string',
  number: (value: unknown) => typeof value === 'number',
  integer: (value: unknown) => Number.isInteger(value),
  boolean: (value: unknown) => typeof value === 'boolean',
  object: isJsonObject,
  array: Array.isArray,
  null: (value: unknown) => value === null,
} as const;

type TypeName = keyof typeof TYPE_TESTS;

const TYPE_NAMES = Object.keys(TYPE_TESTS) as [TypeName, ...TypeName[]];
const typeName = z.enum(TYPE_NAMES, { error: `must be one of ${TYPE_NAMES.join(', ')}` });

/** Operators that look at what a value is, not at what it says. */
export const SHAPE_OPERATORS: readonly Operator[] = [
  {
    name: 'exists',
    operand: 'true or false',
    schema: z.boolean({ error: 'must be true or false' }),
    meaning: 'true: the value is there, `null` included; false: it is not.',
    wrongType: ANY_VALUE,
    example: true,
    readsMissing: true,
    compile: (operand) => (value) => truthOf((value !== undefined) === operand),
  },
  {
    name: 'type',
    operand: `one or a list of ${TYPE_NAMES.join(', ')}`,
    schema: z.union([typeName, z.array(typeName).min(1)], {
      error: `must be one or a list of ${TYPE_NAMES.join(', ')}`,
    }),
    meaning: 'The value is of that JSON type, or of one of those. An integer is a number without a fraction.',
    wrongType: ANY_VALUE,
    example: 'string',
    compile: (operand) => {
      const tests = listed(operand as TypeName | TypeName[]).map((name) => TYPE_TESTS[name]);
      return (value) => truthOf(tests.some((test) => test(value)));
    },
  },
];
