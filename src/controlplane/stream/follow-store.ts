import type { Clock } from '../../call/clock.js';
import type { Fleet } from '../decisions/fleet.js';
import type { Store } from '../store/store.js';
import type { StoreEvent } from '../store/store-event.js';

const AGAIN_MS = 500;

/** What is told of what happens in the store. */
export interface FollowCallbacks {
  /** The revision that decides from now on; revisions that came at once are told of once. */
  readonly onRevision: (revision: number) => void;
  readonly onEvent: (event: StoreEvent) => void;
  readonly log: (message: string) => void;
}

/**
 * Keeps what decides up with the store, whichever process wrote to it, and tells of it once it does.
 *
 * Where the store is away, the policies of before stay in force, and it is asked again until it answers.
 *
 * @returns Ends it.
 */
export function followStore(
  store: Store,
  fleet: Fleet,
  clock: Clock,
  { onRevision, onEvent, log }: FollowCallbacks,
): () => void {
  let told = 0;
  let cancel = (): void => undefined;
  let stopped = false;

  const catchUp = async (): Promise<void> => {
    try {
      await fleet.refresh();
      const { revision } = fleet.state.snapshot;
      if (revision > told && !stopped) onRevision(revision);
      told = Math.max(told, revision);
    } catch (fault) {
      if (stopped) return;
      log(`the policies could not be read again: ${(fault as Error).message}`);
      cancel();
      cancel = clock.after(AGAIN_MS, () => void catchUp());
    }
  };

  const unsubscribe = store.subscribe((event) => {
    if (event.kind === 'revision' || event.kind === 'resync') void catchUp();
    onEvent(event);
  });
  return () => {
    stopped = true;
    cancel();
    unsubscribe();
  };
}
