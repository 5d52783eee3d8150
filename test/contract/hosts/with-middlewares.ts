import type { Middleware } from '../../../src/call/host-request.js';
import { withMiddleware } from '../../../src/sdk/index.js';

/** Wraps a server of the SDK and adds some middlewares, in this order. */
export function withMiddlewares<T extends object>(server: T, middlewares: readonly Middleware[]) {
  const wrapped = withMiddleware(server);
  for (const middleware of middlewares) wrapped.addMiddleware(middleware);
  return wrapped;
}
