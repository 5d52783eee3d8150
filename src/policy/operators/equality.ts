import { z } from 'zod';
import { truthOf } from '../truth.js';
import { equalJson, memberOf } from './json-equality.js';
import { ANY_VALUE, type Operator } from './operator.js';

const anything = z.unknown();
const list = z.array(z.unknown(), { error: 'must be a list' }).min(1, { error: 'must not be an empty list' });

/** Operators that compare whole values, as JSON. */
export const EQUALITY_OPERATORS: readonly Operator[] = [
  {
    name: 'eq',
    operand: 'any value',
    schema: anything,
    meaning: 'The value is the same: lists in order, objects member by member. The text "1" is not the number 1.',
    wrongType: ANY_VALUE,
    example: 'main',
    compile: (operand) => (value) => truthOf(equalJson(value, operand)),
  },
  {
    name: 'ne',
    operand: 'any value',
    schema: anything,
    meaning: 'The value is there and is another one.',
    wrongType: ANY_VALUE,
    example: 'main',
    compile: (operand) => (value) => truthOf(!equalJson(value, operand)),
  },
  {
    name: 'in',
    operand: 'a list',
    schema: list,
    meaning: 'The value is one of the list.',
    wrongType: ANY_VALUE,
    example: ['analyst', 'admin'],
    compile: (operand) => {
      const has = memberOf(operand as readonly unknown[]);
      return (value) => truthOf(has(value));
    },
  },
  {
    name: 'not_in',
    operand: 'a list',
    schema: list,
    meaning: 'The value is there and is none of the list.',
    wrongType: ANY_VALUE,
    example: ['prod', 'staging'],
    compile: (operand) => {
      const has = memberOf(operand as readonly unknown[]);
      return (value) => truthOf(!has(value));
    },
  },
];
