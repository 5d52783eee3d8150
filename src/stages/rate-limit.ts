import { block, PASS, type Verdict } from '../call/verdict.js';
import { RateLimitError } from '../errors/policy-violation-error.js';
import type { Budget, CallRun } from '../pipeline/call-run.js';
import type { Stage } from '../pipeline/stage.js';
import type { LimitExceeded, RateLimiter, RateTicket } from '../rate-limit/rate-limiter.js';

/** Makes the stage that counts calls against the limits per minute, hour and day. */
export function createRateLimit(limiter: RateLimiter): Stage {
  const admit = (run: CallRun, taken: RateTicket | LimitExceeded): Verdict => {
    if ('retryAfterSeconds' in taken) return block(toViolation(run, taken));
    run.budget = new HeldBudget(run, taken);
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
      run.atEnd(entered);
      return PASS;
    },
  };
}

/** What one call holds of its limits. */
class HeldBudget implements Budget {
  #held = true;

  constructor(
    private readonly run: CallRun,
    private readonly ticket: RateTicket,
  ) {}

  giveBack(): void {
    if (this.#held) this.ticket.giveBack();
    this.#held = false;
  }

  takeAgain(): RateLimitError | undefined | Promise<RateLimitError | undefined> {
    const taken = this.ticket.takeAgain();
    return taken instanceof Promise ? taken.then((each) => this.#hold(each)) : this.#hold(taken);
  }

  #hold(exceeded: LimitExceeded | undefined): RateLimitError | undefined {
    this.#held = exceeded === undefined;
    return exceeded && toViolation(this.run, exceeded);
  }
}

function toViolation(run: CallRun, exceeded: LimitExceeded): RateLimitError {
  const seconds = exceeded.retryAfterSeconds;
  const text = `Rate limit of ${run.named} is used up (${exceeded.limit}). Retry after ${seconds} s.`;
  return new RateLimitError(text, seconds);
}
