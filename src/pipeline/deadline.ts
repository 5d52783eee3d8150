import type { Clock } from '../call/clock.js';

/** Something did not answer in time, or nobody waits for the answer any more. */
export class DeadlineError extends Error {
  readonly code = 'deadline';

  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'DeadlineError';
  }
}

/**
 * Waits for a promise, but no longer than a deadline or than anybody waits for it.
 *
 * @throws DeadlineError after `ms` milliseconds; the signal's reason when it aborts. The promise itself goes on and its
 *   late answer or rejection is dropped.
 */
export function withDeadline<T>(
  promise: Promise<T>,
  ms: number,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const settle = (act: () => void): void => {
      callOff();
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const onAbort = (): void => {
      settle(() => {
        reject(toError(signal?.reason));
      });
    };
    const callOff = clock.after(ms, () => {
      settle(() => {
        reject(new DeadlineError(ms));
      });
    });
    promise.then(
      (value) => {
        settle(() => {
          resolve(value);
        });
      },
      (fault: unknown) => {
        settle(() => {
          reject(toError(fault));
        });
      },
    );
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Waits so many milliseconds, or rejects as soon as the signal aborts. */
export async function sleep(ms: number, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  const never = new Promise<never>(() => undefined);
  await withDeadline(never, ms, clock, signal).catch((fault: unknown) => {
    if (!(fault instanceof DeadlineError)) throw fault;
  });
}

function toError(fault: unknown): Error {
  return fault instanceof Error ? fault : new Error('a thrown value that is no Error', { cause: fault });
}
