import type { ApprovalRecord } from '../approval/approval-request.js';
import type { Clock } from '../call/clock.js';
import type { CallRun } from '../pipeline/call-run.js';

/** How often a waiting call reports that it is under way: clients give up after a minute of silence, and many sooner. */
const EVERY_MS = 15_000;

/**
 * Says every 15 seconds that the call waits for a person, to a client that asked to be told.
 *
 * @returns Stops it.
 */
export function reportWaiting({ host, named }: CallRun, { requestedAt }: ApprovalRecord, clock: Clock): () => void {
  if (host.reportProgress === undefined) return () => undefined;
  let callOff: () => void;
  const wait = (): void => {
    callOff = clock.after(EVERY_MS, () => {
      const seconds = Math.round((clock.now() - requestedAt) / 1000);
      // A client that cannot be told goes on waiting all the same.
      void host.reportProgress?.(`${named} waits for approval (${seconds} s)`).catch(() => undefined);
      wait();
    });
  };
  wait();
  return () => {
    callOff();
  };
}
