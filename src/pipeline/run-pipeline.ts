import type { Clock } from '../call/clock.js';
import type { JsonObject } from '../call/json.js';
import { type ToolCall, withArguments } from '../call/tool-call.js';
import { block, PASS, type Verdict } from '../call/verdict.js';
import { CancelledError, type PolicyViolationError } from '../errors/policy-violation-error.js';
import type { CallRun } from './call-run.js';
import { sleep } from './deadline.js';
import { settleFault } from './settle-fault.js';
import type { Stage } from './stage.js';

/** The stages of one tool, with what the loop needs to fold them. */
export interface Pipeline {
  /** Before the tool, in order. */
  readonly before: readonly Stage[];
  /** After the tool, in order. */
  readonly after: readonly Stage[];
  readonly failOpen: boolean;
  readonly clock: Clock;
  readonly report: (part: string, fault: unknown, open: boolean) => void;
}

/** Runs the tool. */
export type Invoke = (call: ToolCall) => Promise<unknown>;

/**
 * Judges a call, runs its tool once or never, and judges what came back.
 *
 * A handler's throw is something that came back, and a stage's throw is settled: how the call ended is left in `run`
 * and is the caller's to answer.
 *
 * @param answer - Turns the finished run into what the promise settles with. (A continuation of the caller's own would
 *   cost another promise a call.)
 */
export async function runPipeline<T>(
  run: CallRun,
  pipeline: Pipeline,
  invoke: Invoke,
  answer: (run: CallRun) => T,
): Promise<T> {
  try {
    const judged = judge(run, pipeline, pipeline.before, 0);
    if (judged !== undefined) await judged;
    if (run.open) run.violation = refusalAtTheDoor(run);
    if (run.open) {
      const started = pipeline.clock.elapsed();
      try {
        run.returned = { kind: 'result', value: await invoke(run.call) };
      } catch (error) {
        run.returned = { kind: 'error', value: error };
      }
      run.waitedMs += pipeline.clock.elapsed() - started;
      const weighed = judge(run, pipeline, pipeline.after, 0);
      if (weighed !== undefined) await weighed;
      if (!run.open) run.returned = undefined;
    } else {
      run.budget?.giveBack();
    }
  } finally {
    run.onEnd?.();
  }
  return answer(run);
}

/** Judges a call whose tool is not to run. A call that would wait for a person is refused. */
export async function checkCall<T>(run: CallRun, pipeline: Pipeline, answer: (run: CallRun) => T): Promise<T> {
  const judged = judge(run, pipeline, pipeline.before, 0);
  if (judged !== undefined) await judged;
  if (run.open) run.violation = refusalAtTheDoor(run);
  return answer(run);
}

/** The last look before the tool: nobody left may wait for a person, and somebody must still want the answer. */
function refusalAtTheDoor(run: CallRun): PolicyViolationError | undefined {
  return run.call.signal?.aborted ? cancelled(run) : run.pending;
}

/**
 * Folds the stages from one on. Stages that answer at once are folded without a promise between them, which most calls
 * owe most of their speed to.
 */
function judge(run: CallRun, pipeline: Pipeline, stages: readonly Stage[], from: number): Promise<void> | undefined {
  // Nobody can cancel between stages that answer at once.
  if (run.open && run.returned === undefined && run.call.signal?.aborted) run.violation = cancelled(run);
  for (let at = from; at < stages.length && run.open; at++) {
    const stage = stages[at] as Stage;
    const said = ask(run, pipeline, stage);
    // What most stages say of most calls.
    if (said === PASS) continue;
    if (said instanceof Promise || said.kind === 'delay') return goOn(run, pipeline, stages, at + 1, said);
    apply(run, said);
  }
  return undefined;
}

/** Folds on after a stage that takes its time. */
async function goOn(
  run: CallRun,
  pipeline: Pipeline,
  stages: readonly Stage[],
  next: number,
  said: Verdict | Promise<Verdict>,
): Promise<void> {
  const verdict = await said;
  if (verdict.kind === 'delay') await delay(run, pipeline.clock, verdict.ms);
  else apply(run, verdict);
  await judge(run, pipeline, stages, next);
}

function ask(run: CallRun, pipeline: Pipeline, stage: Stage): Verdict | Promise<Verdict> {
  try {
    const said = stage.run(run);
    return said !== PASS && said instanceof Promise
      ? said.catch((fault: unknown) => settle(run, pipeline, stage, fault))
      : said;
  } catch (fault) {
    return settle(run, pipeline, stage, fault);
  }
}

function settle(run: CallRun, pipeline: Pipeline, stage: Stage, fault: unknown): Verdict {
  if (run.call.signal?.aborted) return block(cancelled(run));
  const settled = settleFault(stage.name, fault, stage.whenOpen !== undefined, pipeline.failOpen, pipeline.report);
  if (settled === 'open') {
    run.failedOpen = [...run.failedOpen, stage.name];
    return stage.whenOpen?.(run) ?? PASS;
  }
  run.failure = settled;
  return PASS;
}

function apply(run: CallRun, verdict: Exclude<Verdict, { kind: 'delay' }>): void {
  switch (verdict.kind) {
    case 'pass':
      return;
    case 'rewrite':
      if (run.returned !== undefined) run.returned = { kind: run.returned.kind, value: verdict.value };
      else run.call = withArguments(run.call, verdict.value as JsonObject);
      return;
    case 'review':
      run.pending = verdict.violation;
      return;
    case 'block':
      run.violation = verdict.violation;
  }
}

async function delay(run: CallRun, clock: Clock, ms: number): Promise<void> {
  const started = clock.elapsed();
  try {
    await sleep(ms, clock, run.call.signal);
    run.throttledMs += ms;
  } catch {
    run.violation = cancelled(run);
  }
  run.waitedMs += clock.elapsed() - started;
}

function cancelled(run: CallRun): PolicyViolationError {
  const when = run.returned === undefined ? 'before the tool ran' : 'before the result of the tool was judged';
  return new CancelledError(`The call of ${run.named} was cancelled ${when}.`);
}
