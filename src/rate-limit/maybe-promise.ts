/** A value that is there, or will be. What is counted in memory is there at once, and no promise is made for it. */
export type MaybePromise<T> = T | Promise<T>;

/** Goes on with a value: at once where it is there. */
export function after<T, R>(value: MaybePromise<T>, goOn: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}

/** All of several values: at once where each of them is there. */
export function allOf<T>(values: readonly MaybePromise<T>[]): MaybePromise<readonly T[]> {
  return values.some((each) => each instanceof Promise) ? Promise.all(values) : (values as readonly T[]);
}
