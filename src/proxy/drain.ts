import type { Relay } from './relay.js';

/** How long what is under way may take once one side has ended, in milliseconds. */
const DRAIN_MS = 5_000;

/** What was asked before the end is answered, where that does not take long. */
export async function drain(relay: Relay): Promise<void> {
  const { promise, cancel } = timeLimit();
  await Promise.race([relay.idle(), promise]);
  cancel();
}

function timeLimit(): { readonly promise: Promise<void>; readonly cancel: () => void } {
  let cancel = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MS);
    cancel = () => {
      clearTimeout(timer);
    };
  });
  return { promise, cancel };
}
