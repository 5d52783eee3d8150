import { describe, expect, test } from '@jest/globals';
import { block, PASS } from '../../src/call/verdict.js';
import { CancelledError, PolicyViolationError } from '../../src/errors/policy-violation-error.js';
import { callRun, pipelineOf, runThrough, stageOf } from './support.js';

const fault = new Error('scanner is down');
const FAULTY: [string, () => Promise<never>][] = [
  [
    'throws',
    () => {
      throw fault;
    },
  ],
  ['rejects', () => Promise.reject(fault)],
];

describe.each(FAULTY)('a stage that %s', (_, fail) => {
  test.each(['before', 'after'] as const)('lets the call pass where governance is open: %s the tool', async (side) => {
    const run = callRun();
    const stage = stageOf(fail, { name: 'scan', whenOpen: () => PASS });
    const { pipeline, reported } = pipelineOf({ [side]: [stage] });
    await runThrough(run, pipeline, async () => 'result');
    expect([run.open, run.returned?.value, run.failedOpen]).toEqual([true, 'result', ['scan']]);
    expect(reported).toEqual([['scan', fault, true]]);
  });

  test.each([
    ['failOpen is off', false, () => PASS],
    ['failOpen does not cover it', true, undefined],
  ])('refuses it where %s', async (_why, failOpen, whenOpen) => {
    const run = callRun();
    const { pipeline, reported } = pipelineOf({
      before: [stageOf(fail, { name: 'decide', ...(whenOpen && { whenOpen }) })],
      failOpen,
    });
    let ran = 0;
    await runThrough(run, pipeline, async () => ran++);
    expect([ran, run.open, run.failedOpen]).toEqual([0, false, []]);
    expect(run.failure).toMatchObject({ part: 'decide', cause: fault });
    expect(reported).toEqual([['decide', fault, false]]);
  });

  test('withholds the result where it fails after the tool and is closed', async () => {
    const run = callRun();
    await runThrough(run, pipelineOf({ after: [stageOf(fail)] }).pipeline, async () => 'result');
    expect([run.open, run.returned]).toEqual([false, undefined]);
  });

  test('says in its place what it has to say when open, a refusal included', async () => {
    const run = callRun();
    const violation = new PolicyViolationError('policy_blocked', 'no');
    const { pipeline } = pipelineOf({ before: [stageOf(fail, { whenOpen: () => block(violation) })] });
    let ran = 0;
    await runThrough(run, pipeline, async () => ran++);
    expect([ran, run.violation]).toEqual([0, violation]);
  });
});

describe('a caller that cancels', () => {
  test('before anything: no stage is asked and no tool runs', async () => {
    const run = callRun({ signal: AbortSignal.abort() });
    const counts = { asked: 0, ran: 0 };
    const { pipeline } = pipelineOf({ before: [stageOf(() => (counts.asked++, PASS))] });
    await runThrough(run, pipeline, async () => counts.ran++);
    expect(counts).toEqual({ asked: 0, ran: 0 });
    expect(run.violation).toBeInstanceOf(CancelledError);
  });

  test('during the last stage: the tool does not run', async () => {
    const controller = new AbortController();
    const run = callRun({ signal: controller.signal });
    const { pipeline } = pipelineOf({ before: [stageOf(() => (controller.abort(), PASS))] });
    let ran = 0;
    await runThrough(run, pipeline, async () => ran++);
    expect([ran, run.violation?.code]).toEqual([0, 'cancelled']);
  });

  test('while held back: it is let go at once', async () => {
    const controller = new AbortController();
    const run = callRun({ signal: controller.signal });
    const { pipeline, clock } = pipelineOf({ before: [stageOf({ kind: 'delay', ms: 30_000 })] });
    let ran = 0;
    const running = runThrough(run, pipeline, async () => ran++);
    await clock.untilPending();
    await clock.advance(1000);
    controller.abort();
    await running;
    expect([ran, run.violation?.code, run.throttledMs, run.waitedMs]).toEqual([0, 'cancelled', 0, 1000]);
  });

  test('so that a stage fails: that is no fault of governance, and open lets nothing pass', async () => {
    const controller = new AbortController();
    const run = callRun({ signal: controller.signal });
    const failing = stageOf(
      () => {
        controller.abort();
        throw new Error('aborted');
      },
      { whenOpen: () => PASS },
    );
    const { pipeline, reported } = pipelineOf({ before: [failing] });
    let ran = 0;
    await runThrough(run, pipeline, async () => ran++);
    expect([ran, run.violation?.code, reported, run.failedOpen]).toEqual([0, 'cancelled', [], []]);
  });

  test('while its result is judged: the result is withheld, and the text does not say that the tool never ran', async () => {
    const controller = new AbortController();
    const run = callRun({ signal: controller.signal });
    const scanning = stageOf(async () => {
      controller.abort();
      throw new Error('aborted');
    });
    await runThrough(run, pipelineOf({ after: [scanning] }).pipeline, async () => 'result');
    expect([run.returned, run.violation?.code]).toEqual([undefined, 'cancelled']);
    expect(run.violation?.message).not.toContain('before the tool ran');
  });

  test('while the tool runs: what came back is judged like any other', async () => {
    const controller = new AbortController();
    const run = callRun({ signal: controller.signal });
    let judged = 0;
    await runThrough(run, pipelineOf({ after: [stageOf(() => (judged++, PASS))] }).pipeline, async () => {
      controller.abort();
      return 'result';
    });
    expect([judged, run.open, run.returned?.value]).toEqual([1, true, 'result']);
  });
});
