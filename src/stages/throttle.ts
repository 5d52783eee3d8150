import { PASS, type Verdict } from '../call/verdict.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { Stage } from '../pipeline/stage.js';

const MAX_SECONDS = 30;
const DEFAULT_SECONDS = 1;

/**
 * Makes the stage that holds a call back where the decision says `throttle`: as long as its obligation, else its
 * metadata (`throttle_delay_seconds`) says, at most 30 seconds, and 1 second where neither does.
 */
export function createThrottle(): Stage {
  return {
    name: 'throttle',
    run(run: CallRun): Verdict {
      const { decision } = run;
      if (decision?.action !== 'throttle') return PASS;
      const said = decision.obligations?.throttleDelaySeconds ?? decision.metadata?.['throttle_delay_seconds'];
      const seconds = typeof said === 'number' && said >= 0 ? said : DEFAULT_SECONDS;
      return { kind: 'delay', ms: Math.min(seconds, MAX_SECONDS) * 1000 };
    },
  };
}
