/**
 * True for anything that can be awaited: promises of another realm or library are no `Promise`, and users hand them over
 * as if they were.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
