import type {
  CallNotification,
  CallToolContext,
  InvalidCallContext,
  ListedTool,
  ListToolsContext,
  Middleware,
} from '../call/host-request.js';
import { ConfigError } from '../errors/config-error.js';

const HOOKS = ['onCallTool', 'onInvalidCall', 'onListTools', 'onCallNotification', 'onTaskResult'] as const;

/** One middleware's part: it may answer by itself, or have `next` answer. */
type Hook<C, R> = (context: C, next: (context: C) => Promise<R>) => Promise<R>;

/** The middlewares of one server, in the order in which they were added. */
export class MiddlewareChain {
  readonly #all: Middleware[] = [];
  readonly #callHooks: Hook<CallToolContext, unknown>[] = [];
  readonly #listHooks: Hook<ListToolsContext, readonly ListedTool[]>[] = [];
  /** Whether anybody looks at what calls send ahead of their results. */
  filtersNotifications = false;

  /** Adds a middleware behind those already there. */
  add(middleware: Middleware): void {
    const known = typeof middleware === 'object' && middleware !== null;
    if (!known || !HOOKS.some((hook) => typeof middleware[hook] === 'function')) {
      throw new ConfigError(`addMiddleware takes an object with ${HOOKS.join(', ')}: an instance, not a class.`);
    }
    this.#all.push(middleware);
    if (middleware.onCallTool) this.#callHooks.push(middleware.onCallTool.bind(middleware));
    if (middleware.onListTools) this.#listHooks.push(middleware.onListTools.bind(middleware));
    this.filtersNotifications ||= middleware.onCallNotification !== undefined;
  }

  /** Runs a call through all middlewares and then `last`. */
  callTool(context: CallToolContext, last: (context: CallToolContext) => Promise<unknown>): Promise<unknown> {
    return runThrough(this.#callHooks, 0, context, last);
  }

  /** Tells every middleware of a call that is none, whatever one of them makes of it. */
  async invalidCall(context: InvalidCallContext): Promise<void> {
    await Promise.allSettled(this.#all.map(async (middleware) => middleware.onInvalidCall?.(context)));
  }

  /** Runs a list of tools through all middlewares. */
  listTools(
    context: ListToolsContext,
    last: (context: ListToolsContext) => Promise<readonly ListedTool[]>,
  ): Promise<readonly ListedTool[]> {
    return runThrough(this.#listHooks, 0, context, last);
  }

  /** Runs what a call sends ahead of its result through all middlewares, until one withholds it. */
  async notification(context: CallToolContext, sent: CallNotification): Promise<CallNotification | undefined> {
    let passing: CallNotification | undefined = sent;
    for (const middleware of this.#all) {
      if (passing === undefined) return undefined;
      if (middleware.onCallNotification) passing = await middleware.onCallNotification(context, passing);
    }
    return passing;
  }

  /** Runs a late result through all middlewares. */
  async taskResult(context: CallToolContext, result: unknown): Promise<unknown> {
    let passing = result;
    for (const middleware of this.#all) {
      if (middleware.onTaskResult) passing = await middleware.onTaskResult(context, passing);
    }
    return passing;
  }
}

/** A second `next()` of the same middleware would run the tool a second time, and is refused. */
function runThrough<C, R>(
  hooks: readonly Hook<C, R>[],
  at: number,
  context: C,
  last: (context: C) => Promise<R>,
): Promise<R> {
  const hook = hooks[at];
  if (hook === undefined) return last(context);
  let called = false;
  return hook(context, (passed) => {
    if (called) return Promise.reject(new Error('next() may be called once'));
    called = true;
    return runThrough(hooks, at + 1, passed, last);
  });
}
