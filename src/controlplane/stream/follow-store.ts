import type { Clock } from '../../call/clock.js';
import type { Fleet } from '../decisions/fleet.js';
import type { Store } from '../store/store.js';
import type { StoreEvent } from '../store/store-event.js';

const FIRST_AGAIN_MS = 500;
/** How often is looked where nothing was told: what tells of changes may be cut off without anybody noticing. */
const LOOK_MS = 5000;

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
 * Where the store is away, the policies of before stay in force, and it is asked again until it answers; that is logged
 * once. A change that nobody tells of is found within five seconds.
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
  let againMs = FIRST_AGAIN_MS;
  let isAway = false;
  let cancel = (): void => undefined;
  let stopped = false;
  const lookIn = (ms: number): void => {
    cancel();
    if (!stopped) cancel = clock.after(ms, () => void catchUp());
  };

  const catchUp = async (): Promise<void> => {
    try {
      await fleet.refresh();
      const { revision } = fleet.state.snapshot;
      if (revision > told && !stopped) onRevision(revision);
      told = Math.max(told, revision);
      if (isAway) log('the policies are read again');
      isAway = false;
      againMs = FIRST_AGAIN_MS;
      lookIn(LOOK_MS);
    } catch (fault) {
      if (stopped) return;
      if (!isAway) log(`the policies cannot be read, those of before stay in force: ${(fault as Error).message}`);
      isAway = true;
      lookIn(againMs);
      againMs = Math.min(againMs * 2, LOOK_MS);
    }
  };

  const unsubscribe = store.subscribe((event) => {
    if (event.kind === 'revision' || event.kind === 'resync') void catchUp();
    onEvent(event);
  });
  lookIn(LOOK_MS);
  return () => {
    stopped = true;
    cancel();
    unsubscribe();
  };
}
