import { expect, test } from '@jest/globals';
import { FakeDecisionPoint } from '../../src/testing/index.js';
import { toolCall } from '../call/support.js';

test('allows, or answers as told, and remembers what it was asked', async () => {
  const call = toolCall();
  expect(new FakeDecisionPoint().decide(call)).toEqual({ action: 'allow' });
  const asked = new FakeDecisionPoint(async ({ tool }) => ({ action: 'block', reason: tool }));
  expect(await asked.decide(call)).toEqual({ action: 'block', reason: 'search' });
  expect(asked.asked).toEqual([call]);
});

test('throws as told, and remembers that too', () => {
  const failing = new FakeDecisionPoint(() => {
    throw new Error('down');
  });
  expect(() => failing.decide(toolCall())).toThrow('down');
  expect(failing.asked).toHaveLength(1);
});
