import { expect, test } from '@jest/globals';
import type { Decision } from '../../src/call/decision.js';
import { PerDecision } from '../../src/policy/per-decision.js';

test('what follows from a shared decision is worked out once, and from any other each time', () => {
  let made = 0;
  const texts = new PerDecision(({ action }) => `${action} ${(made += 1)}`);
  const shared: Decision = Object.freeze({ action: 'allow' });
  const own = { action: 'allow' as Decision['action'] };
  expect([texts.get(shared), texts.get(shared)]).toEqual(['allow 1', 'allow 1']);
  expect(texts.get(own)).toBe('allow 2');
  own.action = 'block';
  expect(texts.get(own)).toBe('block 3');
});
