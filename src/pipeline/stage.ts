import type { Verdict } from '../call/verdict.js';
import type { CallRun } from './call-run.js';

/**
 * One question asked about a call.
 *
 * A verdict is a value. A throw or a rejection means that governance itself failed.
 */
export interface Stage {
  readonly name: string;
  run(run: CallRun): Verdict | Promise<Verdict>;
  /**
   * What the stage says in place of its verdict where it failed and governance is open. A stage without it is always
   * closed.
   */
  whenOpen?(run: CallRun): Verdict;
}
