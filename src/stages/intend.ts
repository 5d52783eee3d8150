import type { Clock } from '../call/clock.js';
import { block, PASS, type Verdict } from '../call/verdict.js';
import { PolicyViolationError } from '../errors/policy-violation-error.js';
import type { CallRun } from '../pipeline/call-run.js';
import { withDeadline } from '../pipeline/deadline.js';
import type { Stage } from '../pipeline/stage.js';

/** What keeping an intent works with. */
export interface Intending {
  /** Resolves once every required sink has kept the intent of the call; rejects where one could not. */
  readonly keep: (run: CallRun) => Promise<unknown>;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Told why an intent was not kept. */
  readonly onFault: (fault: unknown) => void;
}

/**
 * Makes the last stage before the tool where a sink is required: the call may only run once its record is begun.
 *
 * Never open: whoever requires a record has said that no call may run without one. A sink that does not answer in time
 * has not kept it. The next call tries anew, so that calls run again as soon as the sinks work.
 */
export function createIntend({ keep, timeoutMs, clock, onFault }: Intending): Stage {
  return {
    name: 'intend',
    async run(run): Promise<Verdict> {
      try {
        await withDeadline(keep(run), timeoutMs, clock, run.call.signal);
        return PASS;
      } catch (fault) {
        // Nobody waits any more: the loop says so.
        if (run.call.signal?.aborted === true) return PASS;
        onFault(fault);
        const text =
          `${run.named}: the call cannot be recorded, and may not run without a record. ` +
          'Nothing was done. Call again later; the log of the server says what is wrong with its audit store.';
        return block(new PolicyViolationError('audit_unavailable', text));
      }
    },
  };
}
