import type { ToolCall } from '../../src/call/tool-call.js';
import type { Verdict } from '../../src/call/verdict.js';
import { CallRun } from '../../src/pipeline/call-run.js';
import { type Invoke, type Pipeline, runPipeline } from '../../src/pipeline/run-pipeline.js';
import type { Stage } from '../../src/pipeline/stage.js';
import { ManualClock } from '../../src/testing/index.js';
import { toolCall } from '../call/support.js';

/** A run of a call of `search`; what is given goes before. */
export function callRun(over: Partial<ToolCall> = {}): CallRun {
  return new CallRun(toolCall(over));
}

/** A pipeline with a clock that stands still, which notes the faults it is told of. */
export function pipelineOf(over: Partial<Pipeline> = {}) {
  const reported: [part: string, fault: unknown, open: boolean][] = [];
  const clock = new ManualClock();
  const pipeline: Pipeline = {
    before: [],
    after: [],
    failOpen: true,
    clock,
    report: (...fault) => {
      reported.push(fault);
    },
    ...over,
  };
  return { pipeline, reported, clock };
}

/** A stage that says what it is told to, at once or later. */
export function stageOf(
  say: Verdict | Promise<Verdict> | ((run: CallRun) => Verdict | Promise<Verdict>),
  over: Partial<Stage> = {},
): Stage {
  return { name: 'fake', run: typeof say === 'function' ? say : () => say, ...over };
}

/** Runs a pipeline to its end; how it ended is left in the run. */
export async function runThrough(run: CallRun, pipeline: Pipeline, invoke: Invoke): Promise<void> {
  await runPipeline(run, pipeline, invoke, () => undefined);
}
