import { z } from 'zod';
import { compileGlob } from '../../call/glob.js';
import { type Truth, truthOf, UNKNOWN } from '../truth.js';
import { equalJson } from './json-equality.js';
import type { Operator, OperatorTest } from './operator.js';

const MAX_GLOB_LENGTH = 256;
const NO_TEXT = 'It cannot be evaluated for anything but a text.';

const text = z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' });

/** Operators that read texts, and lists where that is said. */
export const TEXT_OPERATORS: readonly Operator[] = [
  {
    name: 'starts_with',
    operand: 'a text',
    schema: text,
    meaning: 'The text begins with this, in this very spelling.',
    wrongType: NO_TEXT,
    example: '/srv/',
    compile: (operand) => ofText((value) => value.startsWith(operand as string)),
  },
  {
    name: 'ends_with',
    operand: 'a text',
    schema: text,
    meaning: 'The text ends with this, in this very spelling.',
    wrongType: NO_TEXT,
    example: '.csv',
    compile: (operand) => ofText((value) => value.endsWith(operand as string)),
  },
  {
    name: 'contains',
    operand: 'any value',
    schema: z.unknown(),
    meaning: 'The text holds this text, or the list this element.',
    wrongType: 'It cannot be evaluated for what is neither list nor text, nor for a text where this is no text.',
    example: 'DROP',
    compile: (operand) => (value) => {
      const held = holds(value, operand);
      return held === undefined ? UNKNOWN : truthOf(held);
    },
  },
  {
    name: 'not_contains',
    operand: 'any value',
    schema: z.unknown(),
    meaning: 'The text does not hold this text, or the list not this element.',
    wrongType: 'It cannot be evaluated for what is neither list nor text, nor for a text where this is no text.',
    example: ';',
    compile: (operand) => (value) => {
      const held = holds(value, operand);
      return held === undefined ? UNKNOWN : truthOf(!held);
    },
  },
  {
    name: 'glob',
    operand: 'a glob',
    schema: text.max(MAX_GLOB_LENGTH, { error: `must have at most ${MAX_GLOB_LENGTH} characters` }),
    meaning: 'The whole text matches: `*` any run of characters, `/` included, `?` one, `[a-z]` one of a set.',
    wrongType: NO_TEXT,
    example: '*.csv',
    compile: (operand) => ofText(compileGlob(operand as string)),
  },
];

function ofText(holdsFor: (value: string) => boolean): OperatorTest {
  return (value): Truth => (typeof value === 'string' ? truthOf(holdsFor(value)) : UNKNOWN);
}

/** Undefined where the question makes no sense. */
function holds(value: unknown, operand: unknown): boolean | undefined {
  if (Array.isArray(value)) return value.some((element) => equalJson(element, operand));
  return typeof value === 'string' && typeof operand === 'string' ? value.includes(operand) : undefined;
}
