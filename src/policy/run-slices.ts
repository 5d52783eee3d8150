/** How long work may go on before others get their turn. Short, because a collection of garbage may come on top of it. */
const SLICE_MS = 1;

/** Runs sliced work in one go. */
export function runAtOnce<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Runs sliced work so that timers and I/O get their turn every millisecond or so. */
export async function runInSlices<T>(work: Generator<undefined, T>): Promise<T> {
  let since = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < SLICE_MS) continue;
    await new Promise<void>((resolve) => setImmediate(resolve));
    since = performance.now();
  }
}
