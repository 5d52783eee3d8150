import { describe, expect, test } from '@jest/globals';
import { block, PASS, type Verdict } from '../../src/call/verdict.js';
import { PolicyViolationError } from '../../src/errors/policy-violation-error.js';
import { type CallRun } from '../../src/pipeline/call-run.js';
import type { Stage } from '../../src/pipeline/stage.js';
import { runPipeline } from '../../src/pipeline/run-pipeline.js';
import { callRun, pipelineOf, runThrough, stageOf } from './support.js';

const violation = new PolicyViolationError('policy_blocked', 'no');

/** Counts how often the tool ran and with what. */
function toolOf(answer: () => unknown = () => 'result') {
  const ran: unknown[] = [];
  return {
    ran,
    invoke: async (call: CallRun['call']) => {
      ran.push(call.arguments);
      return answer();
    },
  };
}

/** The same verdict at once and as a promise. */
const bothWays = (verdict: Verdict): [string, Stage][] => [
  ['at once', stageOf(verdict)],
  ['later', stageOf(() => Promise.resolve(verdict))],
];

describe('before the tool', () => {
  test('asks all stages in order, whether they answer at once or later, then runs the tool once', async () => {
    const order: string[] = [];
    const noting = (name: string, verdict: Verdict | Promise<Verdict>) =>
      stageOf(() => {
        order.push(name);
        return verdict;
      });
    const before = [noting('a', PASS), noting('b', Promise.resolve(PASS)), noting('c', PASS)];
    const after = [noting('x', Promise.resolve(PASS)), noting('y', PASS)];
    const run = callRun();
    const { ran, invoke } = toolOf();
    await runThrough(run, pipelineOf({ before, after }).pipeline, (call) => {
      order.push('tool');
      return invoke(call);
    });
    expect(order).toEqual(['a', 'b', 'c', 'tool', 'x', 'y']);
    expect(ran).toHaveLength(1);
    expect(run.returned).toEqual({ kind: 'result', value: 'result' });
  });

  test.each(bothWays({ kind: 'rewrite', value: { query: 'dogs' } }))('a rewrite %s is what runs', async (_, stage) => {
    const run = callRun();
    const seen: unknown[] = [];
    const looking = stageOf(({ call }) => {
      seen.push(call.arguments);
      return PASS;
    });
    const { ran, invoke } = toolOf();
    await runThrough(run, pipelineOf({ before: [stage, looking] }).pipeline, invoke);
    expect([...seen, ...ran]).toEqual([{ query: 'dogs' }, { query: 'dogs' }]);
    expect(ran[0]).toBe(seen[0]);
  });

  test.each(bothWays(block(violation)))('a block %s ends it: no later stage, no tool', async (_, stage) => {
    let asked = 0;
    const later = stageOf(() => (asked++, PASS));
    const run = callRun();
    const { ran, invoke } = toolOf();
    await runThrough(run, pipelineOf({ before: [stage, later], after: [later] }).pipeline, invoke);
    expect([run.violation, run.returned, ran.length, asked]).toEqual([violation, undefined, 0, 0]);
  });

  test('a review that nobody answered is a refusal', async () => {
    const run = callRun();
    const { ran, invoke } = toolOf();
    await runThrough(run, pipelineOf({ before: [stageOf({ kind: 'review', violation })] }).pipeline, invoke);
    expect([run.violation, ran]).toEqual([violation, []]);
  });

  test('a delay holds the call back, and is not our own time', async () => {
    const run = callRun();
    const { pipeline, clock } = pipelineOf({ before: [stageOf({ kind: 'delay', ms: 1500 })] });
    const { ran, invoke } = toolOf();
    const running = runThrough(run, pipeline, invoke);
    await clock.untilPending();
    await clock.advance(1499);
    expect(ran).toEqual([]);
    await clock.advance(1);
    await running;
    expect([ran.length, run.throttledMs, run.waitedMs]).toEqual([1, 1500, 1500]);
  });

  test('a refused call gives its budget back, one that ran does not; both let go of what they hold', async () => {
    for (const [before, given] of [
      [[], 0],
      [[stageOf(block(violation))], 1],
    ] as const) {
      const run = callRun();
      const counts = { given: 0, ended: 0 };
      run.budget = { giveBack: () => counts.given++, takeAgain: () => undefined };
      run.onEnd = () => counts.ended++;
      await runThrough(run, pipelineOf({ before }).pipeline, toolOf().invoke);
      expect(counts).toEqual({ given, ended: 1 });
    }
  });
});

describe('after the tool', () => {
  test.each([
    ['rejects', async () => Promise.reject(new Error('late'))],
    [
      'throws at once',
      () => {
        throw new Error('late');
      },
    ],
  ])('a tool that %s has run once, and its error is something that came back', async (_, invoke) => {
    const run = callRun();
    let looked = 0;
    await runThrough(run, pipelineOf({ after: [stageOf(() => (looked++, PASS))] }).pipeline, invoke);
    expect(run.returned).toEqual({ kind: 'error', value: new Error('late') });
    expect([run.open, looked]).toEqual([true, 1]);
  });

  test.each(bothWays({ kind: 'rewrite', value: 'clean' }))('a rewrite %s changes what leaves', async (_, stage) => {
    const run = callRun();
    await runThrough(run, pipelineOf({ after: [stage] }).pipeline, toolOf().invoke);
    expect([run.returned, run.call.arguments]).toEqual([{ kind: 'result', value: 'clean' }, { query: 'cats' }]);
    const failed = callRun();
    await runThrough(failed, pipelineOf({ after: [stage] }).pipeline, () => Promise.reject(new Error('secret')));
    expect(failed.returned).toEqual({ kind: 'error', value: 'clean' });
  });

  test.each(bothWays(block(violation)))('a block %s withholds it', async (_, stage) => {
    const run = callRun();
    await runThrough(run, pipelineOf({ after: [stage] }).pipeline, toolOf().invoke);
    expect([run.returned, run.violation]).toEqual([undefined, violation]);
  });

  test('the time in the tool is not our own', async () => {
    const run = callRun();
    const { pipeline, clock } = pipelineOf();
    await runThrough(run, pipeline, async () => {
      await clock.advance(70);
    });
    expect(run.waitedMs).toBe(70);
  });
});

describe('the answer', () => {
  test('is made once, of the finished run, after everything held was let go', async () => {
    const run = callRun();
    let ended = false;
    run.onEnd = () => (ended = true);
    const answers: unknown[] = [];
    const answered = await runPipeline(run, pipelineOf().pipeline, toolOf().invoke, (finished) => {
      answers.push([finished === run, finished.returned?.value, ended]);
      return 'answer';
    });
    expect([answered, answers]).toEqual(['answer', [[true, 'result', true]]]);
  });
});
