import { RE2JS } from 're2js';
import { z } from 'zod';
import { truthOf, UNKNOWN } from '../truth.js';
import type { Operator } from './operator.js';

const MAX_LENGTH = 1000;

/**
 * Operator that searches a text for a pattern, in time proportional to its length.
 *
 * Source of the syntax: RE2, https://github.com/google/re2/wiki/Syntax, as re2js implements it.
 */
export const REGEX_OPERATOR: Operator = {
  name: 'regex',
  operand: 'a regular expression (RE2 syntax)',
  schema: z
    .string({ error: 'must be a text' })
    .min(1, { error: 'must not be empty' })
    .max(MAX_LENGTH, { error: `must have at most ${MAX_LENGTH} characters` }),
  meaning: 'The pattern is found somewhere in the text; `^` and `$` anchor it, `(?i)` makes it blind to case.',
  wrongType: 'It cannot be evaluated for anything but a text.',
  example: '(?i)^select\\b',
  compile: (operand) => {
    const pattern = operand as string;
    let compiled: RE2JS;
    try {
      compiled = RE2JS.compile(pattern);
    } catch (error) {
      return `is no pattern that can be run: ${explain(pattern, error)}`;
    }
    return (value) => (typeof value === 'string' ? truthOf(compiled.test(value)) : UNKNOWN);
  },
};

function explain(pattern: string, error: unknown): string {
  if (/\(\?<?[=!]/.test(pattern))
    return 'patterns run in linear time and have no look-around; use not, all or several rules';
  if (/\\[1-9]/.test(pattern)) return 'patterns run in linear time and have no back references';
  return error instanceof Error ? error.message : String(error);
}
