import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Action, ACTIONS, isAction, stricterAction } from '../../src/call/action.js';

const action = fc.constantFrom(...ACTIONS);

test('the five words stand from lax to strict', () => {
  expect(ACTIONS).toEqual(['allow', 'warn', 'throttle', 'review', 'block']);
});

test('isAction knows the five words and nothing else', () => {
  expect(ACTIONS.every(isAction)).toBe(true);
  for (const other of ['Allow', 'allow ', 'deny', '', 'constructor', undefined, null, 0, true, ['allow'], {}]) {
    expect(isAction(other)).toBe(false);
  }
});

test('stricterAction is the maximum: idempotent, commutative, associative, never below either', () => {
  const rank = (each: Action): number => ACTIONS.indexOf(each);
  fc.assert(
    fc.property(action, action, action, (a, b, c) => {
      expect(rank(stricterAction(a, b))).toBe(Math.max(rank(a), rank(b)));
      expect(stricterAction(a, a)).toBe(a);
      expect(stricterAction(a, b)).toBe(stricterAction(b, a));
      expect(stricterAction(a, stricterAction(b, c))).toBe(stricterAction(stricterAction(a, b), c));
    }),
  );
});
