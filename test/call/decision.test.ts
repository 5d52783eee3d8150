import { expect, test } from '@jest/globals';
import { ACTIONS } from '../../src/call/action.js';
import type { Decision, DecisionPoint } from '../../src/call/decision.js';
import { toolCall } from './support.js';

/** Every field, so that a field that is renamed or added does not pass unseen. */
const FULL: Required<Decision> = {
  action: 'review',
  reason: 'deletes things',
  ruleName: 'deletes',
  policyId: 'org',
  revision: '7',
  risk: 'high',
  layer: 'org',
  conflicts: ['team'],
  obligations: { throttleDelaySeconds: 1, approvers: ['ops'], timeoutMinutes: 5 },
  final: false,
  mandatory: true,
  metadata: { ticket: 'T-1' },
};

test('a decision needs an action and nothing else', () => {
  const least: Decision[] = ACTIONS.map((action) => ({ action }));
  expect(least).toHaveLength(5);
  expect(Object.keys(FULL)).toHaveLength(12);
});

test('anything with decide() is a decision point, now or later', async () => {
  const points: DecisionPoint[] = [
    { decide: () => FULL },
    { decide: async (call) => ({ action: 'allow', reason: call.tool }) },
  ];
  expect(await points[0]!.decide(toolCall())).toBe(FULL);
  expect(await points[1]!.decide(toolCall())).toEqual({ action: 'allow', reason: 'search' });
});
