import { expect, test } from '@jest/globals';
import { GovernanceFailure } from '../../src/errors/governance-failure.js';
import { CancelledError } from '../../src/errors/policy-violation-error.js';
import { CallRun } from '../../src/pipeline/call-run.js';
import { toolCall } from '../call/support.js';

test('begins with nothing found, nothing held and nothing against the call', () => {
  const call = toolCall();
  const run = new CallRun(call);
  expect(run.call).toBe(call);
  expect(run.open).toBe(true);
  expect(Object.assign({}, run, { call: undefined })).toEqual({
    named: 'search',
    host: {},
    arrivedAt: 0,
    overridden: false,
    definitionChanged: false,
    inputFindings: [],
    outputFindings: [],
    redacted: false,
    throttledMs: 0,
    waitedMs: 0,
    failedOpen: [],
  });
});

test('is open as long as nothing refuses the call', () => {
  const violated = new CallRun(toolCall());
  violated.violation = new CancelledError('gone');
  const failed = new CallRun(toolCall());
  failed.failure = new GovernanceFailure('decide', new Error('down'));
  expect([violated.open, failed.open]).toEqual([false, false]);
});

test('runs share no list that one of them could write into', () => {
  const run = new CallRun(toolCall());
  for (const list of [run.inputFindings, run.outputFindings, run.failedOpen]) expect(Object.isFrozen(list)).toBe(true);
});
