import { expect, test } from '@jest/globals';
import { CallRun } from '../../src/pipeline/call-run.js';
import { reportWaiting } from '../../src/stages/report-waiting.js';
import { ManualClock } from '../../src/testing/index.js';
import { approvalRecord } from '../approval/support.js';
import { toolCall } from '../call/support.js';

test('says by the masked name that the call waits, until it is stopped, also to a client that cannot be told', async () => {
  const told: string[] = [];
  const clock = new ManualClock(0);
  const host = { reportProgress: (message: string) => (told.push(message), Promise.reject(new Error('gone'))) };
  const run = new CallRun(toolCall({ tool: 'read 536-90-4399' }), 'read ##SSN##', host);
  const stop = reportWaiting(run, approvalRecord({ requestedAt: 0 }), clock);
  await clock.advance(30_000);
  stop();
  await clock.advance(30_000);
  expect(told).toEqual(['read ##SSN## waits for approval (15 s)', 'read ##SSN## waits for approval (30 s)']);
});

test('sets no timer for a client that asked for nothing', () => {
  const clock = new ManualClock(0);
  reportWaiting(new CallRun(toolCall()), approvalRecord(), clock)();
  expect(clock.pending).toBe(0);
});
