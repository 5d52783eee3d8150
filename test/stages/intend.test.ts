import { describe, expect, test } from '@jest/globals';
import { createIntend } from '../../src/stages/intend.js';
import { ManualClock } from '../../src/testing/index.js';
import { callRun, pipelineOf, runThrough } from '../pipeline/support.js';
import { runBefore } from './support.js';

function intending(keep: () => Promise<unknown>, clock = new ManualClock()) {
  const faults: unknown[] = [];
  const stage = createIntend({ keep, timeoutMs: 5000, clock, onFault: (fault) => faults.push(fault) });
  return { stage, faults, clock };
}

describe('intend', () => {
  test('the tool runs once the intent is kept, and not before', async () => {
    let kept: () => void = () => undefined;
    const order: string[] = [];
    const { stage, faults } = intending(() => new Promise<void>((resolve) => (kept = resolve)));
    const { pipeline } = pipelineOf({ before: [stage] });
    const running = runThrough(callRun(), pipeline, async () => order.push('ran'));
    await new Promise((resolve) => setImmediate(resolve));
    order.push('kept');
    kept();
    await running;
    expect(order).toEqual(['kept', 'ran']);
    expect(faults).toEqual([]);
  });

  test.each([true, false])('where it cannot be kept, the call is refused, failOpen being %s', async (failOpen) => {
    const full = new Error('no space');
    const { stage, faults } = intending(() => Promise.reject(full));
    const { run, ran } = await runBefore(callRun(), stage, failOpen);
    expect(ran).toBe(0);
    expect(run.failedOpen).toEqual([]);
    expect(run.violation).toMatchObject({
      code: 'audit_unavailable',
      message: expect.stringMatching(/^search: the call cannot be recorded, .* Nothing was done\./),
    });
    expect(faults).toEqual([full]);
  });

  test('also where keeping it throws at once', async () => {
    const { stage } = intending(() => {
      throw new TypeError('no sink at all');
    });
    const { run, ran } = await runBefore(callRun(), stage);
    expect([ran, run.violation?.code]).toEqual([0, 'audit_unavailable']);
  });

  test('a sink that does not answer in time has not kept it', async () => {
    const { stage, clock } = intending(() => new Promise(() => undefined));
    const running = runBefore(callRun(), stage);
    await clock.untilPending();
    await clock.advance(5000);
    const { run, ran } = await running;
    expect([ran, run.violation?.code]).toEqual([0, 'audit_unavailable']);
  });

  test('a caller that goes away meanwhile has cancelled', async () => {
    const gone = new AbortController();
    const { stage, faults } = intending(() => new Promise(() => undefined));
    const running = runBefore(callRun({ signal: gone.signal }), stage);
    await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    const { run, ran } = await running;
    expect([ran, run.violation?.code, faults]).toEqual([0, 'cancelled', []]);
  });
});
