import type { AuditEvent } from '../../audit/audit-event.js';
import type { Caller } from '../keys/caller.js';

/** Who sends events. */
export type Sender = Pick<Caller, 'keyId' | 'name'>;

/** What is written onto an event. */
type Stamped = {
  -readonly [Field in keyof Pick<AuditEvent, 'id' | 'timestamp' | 'receivedAt' | 'reportedBy'>]: AuditEvent[Field];
};

/** How far the clock of a sender may be ahead of ours. */
const AHEAD_MS = 300_000;

/**
 * Writes onto events that were sent what only we know of them: it is hashed with the rest, and no sender can write it.
 *
 * Their ids are written in small letters, as the same UUID in others is the same event; their times in UTC, since times
 * are compared as texts, and one that is over 5 minutes ahead as now: no call that is yet to come stands before all others.
 *
 * @param events - Nobody else's: a copy of each would cost more than all that is written onto it.
 * @param now - When they were received, in milliseconds since 1970.
 */
export function stamp(events: readonly Stamped[], sender: Sender, now: number): void {
  const receivedAt = new Date(now).toISOString();
  const reportedBy = { keyId: sender.keyId, name: sender.name };
  for (const event of events) {
    const at = Date.parse(event.timestamp);
    event.id = event.id.toLowerCase();
    event.timestamp = at <= now + AHEAD_MS ? new Date(at).toISOString() : receivedAt;
    event.receivedAt = receivedAt;
    event.reportedBy = reportedBy;
  }
}
