import { ConfigError } from '../../errors/config-error.js';
import type { ApprovalHandler } from '../approval.js';
import { CannotAskError } from '../cannot-ask-error.js';

/**
 * Asks the first of several handlers that has somebody to ask: `firstOf(elicitApproval, promptApproval)`.
 *
 * The next one is asked where a handler throws a `CannotAskError`, and only then: an answer of any kind, a fault or a
 * silence is that handler's, and final.
 *
 * @throws ConfigError where there is none, or one is no function.
 */
export function firstOf(...handlers: readonly ApprovalHandler[]): ApprovalHandler {
  if (handlers.length === 0 || handlers.some((handler) => typeof handler !== 'function')) {
    throw new ConfigError('firstOf takes one or more approval handlers.');
  }
  return async (error, request) => {
    const reasons: string[] = [];
    for (const handler of handlers) {
      try {
        return await handler(error, request);
      } catch (fault) {
        if (!(fault instanceof CannotAskError)) throw fault;
        reasons.push(fault.message);
      }
    }
    throw new CannotAskError(reasons.join('; '));
  };
}
