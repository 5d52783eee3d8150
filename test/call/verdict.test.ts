import { expect, test } from '@jest/globals';
import { block, PASS } from '../../src/call/verdict.js';
import { CancelledError } from '../../src/errors/policy-violation-error.js';

test('verdicts are values: one pass that nobody can change, and a block with its violation', () => {
  expect(PASS).toEqual({ kind: 'pass' });
  expect(Object.isFrozen(PASS)).toBe(true);
  const violation = new CancelledError('gone');
  expect(block(violation)).toEqual({ kind: 'block', violation });
});
