import { expect, test } from '@jest/globals';
import type { Decision } from '../../src/call/decision.js';
import { createThrottle } from '../../src/stages/throttle.js';
import { callRun } from '../pipeline/support.js';

const say = (decision: Decision | undefined) => {
  const run = callRun();
  run.decision = decision;
  return createThrottle().run(run);
};
const throttle = (seconds: unknown): Decision => ({
  action: 'throttle',
  obligations: { throttleDelaySeconds: seconds as number },
});

test('holds back only where the decision says so', () => {
  for (const action of ['allow', 'warn', 'review', 'block'] as const) {
    expect(say({ action, obligations: { throttleDelaySeconds: 5 } })).toEqual({ kind: 'pass' });
  }
  expect(say(undefined)).toEqual({ kind: 'pass' });
});

test.each([
  [throttle(2.5), 2500],
  [throttle(0), 0],
  [throttle(31), 30_000],
  [throttle(Number.POSITIVE_INFINITY), 30_000],
  [throttle(-1), 1000],
  [throttle(Number.NaN), 1000],
  [throttle('5'), 1000],
  [{ action: 'throttle' } as const, 1000],
  [{ action: 'throttle', metadata: { throttle_delay_seconds: 3 } } as const, 3000],
  [{ ...throttle(2), metadata: { throttle_delay_seconds: 3 } }, 2000],
])('%j: %d ms', (decision, ms) => {
  expect(say(decision)).toEqual({ kind: 'delay', ms });
});
