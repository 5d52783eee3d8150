import type {
  CallNotification,
  CallToolContext,
  InvalidCallContext,
  ListedTool,
  ListToolsContext,
  Middleware,
} from './call/host-request.js';
import type { DecisionPoint } from './call/decision.js';
import type { GovernanceOptions } from './config/options.js';
import { EnforcementPoint, type GovernanceInternals } from './enforcement/enforcement-point.js';

import type { GovernanceStatus } from './enforcement/governance-status.js';

export type { GovernanceInternals };

/**
 * The enforcement point of servers: judges every call before its tool runs and everything that comes back before it
 * leaves.
 *
 * Add it to a server with `server.addMiddleware(...)`. One middleware may govern any number of servers; they then
 * share its limits.
 *
 * @throws ConfigError where an option, an environment variable or the policy file cannot be right.
 */
export class GovernanceMiddleware implements Middleware {
  readonly #point: EnforcementPoint;

  constructor(options: GovernanceOptions = {}, internals: GovernanceInternals = {}) {
    this.#point = new EnforcementPoint(options, internals, { side: 'server', manyServers: false });
  }

  /** Governs one call; `next` runs the tool. */
  onCallTool(context: CallToolContext, next: (context: CallToolContext) => Promise<unknown>): Promise<unknown> {
    return this.#point.call(context, next);
  }

  /** Records a request for a call that is none. */
  onInvalidCall(context: InvalidCallContext): Promise<void> {
    return this.#point.invalidCall(context);
  }

  /**
   * Looks for hostile text in the definitions of tools, and leaves out tools that are always blocked, where
   * `hideBlockedTools` says so.
   */
  onListTools(
    context: ListToolsContext,
    next: (context: ListToolsContext) => Promise<readonly ListedTool[]>,
  ): Promise<readonly ListedTool[]> {
    return this.#point.list(context, next);
  }

  /** Scans what a running call sends ahead of its result; gives back nothing for what may not leave. */
  onCallNotification(context: CallToolContext, notification: CallNotification): Promise<CallNotification | undefined> {
    return this.#point.notification(context, notification);
  }

  /** Scans a result that is fetched later than its call was answered. */
  onTaskResult(context: CallToolContext, result: unknown): Promise<unknown> {
    return this.#point.taskResult(context, result);
  }

  /**
   * Puts another policy in force, for all calls from now on. Where `policy` was a file, it is no longer watched then.
   *
   * @throws ConfigError for anything that cannot decide.
   */
  updatePolicy(policy: DecisionPoint): void {
    this.#point.updatePolicy(policy);
  }

  /** Resolves when every audit sink has kept what it was given. */
  flush(): Promise<void> {
    return this.#point.flush();
  }

  /** What decides at this moment, and how the connection to a controlplane is. */
  status(): GovernanceStatus {
    return this.#point.status();
  }

  /** Closes the audit sinks and the connection to a controlplane, and stops watching the policy file. */
  close(): Promise<void> {
    return this.#point.close();
  }
}
