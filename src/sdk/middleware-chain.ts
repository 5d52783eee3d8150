import type {
  CallNotification,
  CallToolContext,
  ListedTool,
  ListToolsContext,
  Middleware,
} from '../call/host-request.js';
import { ConfigError } from '../errors/config-error.js';

const HOOKS = ['onCallTool', 'onListTools', 'onCallNotification', 'onTaskResult'] as const;

/** The middlewares of one server, in the order in which they were added. */
export class MiddlewareChain {
  readonly #all: Middleware[] = [];

  /** Adds a middleware behind those already there. */
  add(middleware: Middleware): void {
    const known = typeof middleware === 'object' && middleware !== null;
    if (!known || !HOOKS.some((hook) => typeof middleware[hook] === 'function')) {
      throw new ConfigError(`addMiddleware takes an object with ${HOOKS.join(', ')}: an instance, not a class.`);
    }
    this.#all.push(middleware);
    this.filtersNotifications ||= middleware.onCallNotification !== undefined;
  }

  /** Whether anybody looks at what calls send ahead of their results. */
  filtersNotifications = false;

  /** Runs a call through all middlewares and then `last`. */
  callTool(context: CallToolContext, last: (context: CallToolContext) => Promise<unknown>): Promise<unknown> {
    const step = (at: number, current: CallToolContext): Promise<unknown> => {
      const middleware = this.#all[at];
      if (middleware === undefined) return last(current);
      if (middleware.onCallTool === undefined) return step(at + 1, current);
      return middleware.onCallTool(
        current,
        once((next) => step(at + 1, next)),
      );
    };
    return step(0, context);
  }

  /** Runs a list of tools through all middlewares. */
  listTools(
    context: ListToolsContext,
    last: (context: ListToolsContext) => Promise<readonly ListedTool[]>,
  ): Promise<readonly ListedTool[]> {
    const step = (at: number, current: ListToolsContext): Promise<readonly ListedTool[]> => {
      const middleware = this.#all[at];
      if (middleware === undefined) return last(current);
      if (middleware.onListTools === undefined) return step(at + 1, current);
      return middleware.onListTools(
        current,
        once((next) => step(at + 1, next)),
      );
    };
    return step(0, context);
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

/** A second `next()` of the same middleware would run the tool a second time. */
function once<C, R>(next: (context: C) => Promise<R>): (context: C) => Promise<R> {
  let called = false;
  return (context) => {
    if (called) return Promise.reject(new Error('next() may be called once'));
    called = true;
    return next(context);
  };
}
