/** How long what is under way may take once one side has ended, in milliseconds. */
const DRAIN_MS = 5_000;

/** What tells when nothing of its client is under way. */
export interface Drained {
  idle(): Promise<void>;
}

/** What was asked before the end is answered, where that does not take long. */
export async function drain(session: Drained): Promise<void> {
  const { promise, cancel } = timeLimit();
  await Promise.race([session.idle(), promise]);
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
