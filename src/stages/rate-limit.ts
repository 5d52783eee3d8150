import { block, PASS, type Verdict } from '../call/verdict.js';
import { RateLimitError } from '../errors/policy-violation-error.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { Stage } from '../pipeline/stage.js';
import type { LimitExceeded, RateLimiter, RateTicket } from '../rate-limit/rate-limiter.js';

/** Makes the stage that counts calls against the limits per minute, hour and day. */
export function createRateLimit(limiter: RateLimiter): Stage {
  const admit = (run: CallRun, taken: RateTicket | LimitExceeded): Verdict => {
    if ('retryAfterSeconds' in taken) return block(toViolation(run, taken));
    run.budget = toBudget(run, taken);
    return PASS;
  };
  return {
    name: 'rate-limit',
    run(run) {
      const taken = limiter.take(run.call);
      return taken instanceof Promise ? taken.then((each) => admit(run, each)) : admit(run, taken);
    },
  };
}

/** Makes the stage that counts calls at once. It runs last before the tool and lets go when the call has ended. */
export function createConcurrencyLimit(limiter: RateLimiter): Stage {
  return {
    name: 'rate-limit',
    run(run) {
      const entered = limiter.enter(run.call);
      if (typeof entered !== 'function') return block(toViolation(run, entered));
      run.onEnd = entered;
      return PASS;
    },
  };
}

function toBudget(run: CallRun, ticket: RateTicket): NonNullable<CallRun['budget']> {
  let held = true;
  const retake = (exceeded: LimitExceeded | undefined): RateLimitError | undefined => {
    held = exceeded === undefined;
    return exceeded === undefined ? undefined : toViolation(run, exceeded);
  };
  return {
    giveBack() {
      if (held) ticket.giveBack();
      held = false;
    },
    takeAgain() {
      const taken = ticket.takeAgain();
      return taken instanceof Promise ? taken.then(retake) : retake(taken);
    },
  };
}

function toViolation(run: CallRun, exceeded: LimitExceeded): RateLimitError {
  const seconds = exceeded.retryAfterSeconds;
  const text = `Rate limit of ${run.call.tool} is used up (${exceeded.limit}). Retry after ${seconds} s.`;
  return new RateLimitError(text, seconds);
}
