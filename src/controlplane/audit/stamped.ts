import type { AuditEvent } from '../../audit/audit-event.js';
import type { Caller } from '../keys/caller.js';

/** Who sends events. */
export type Sender = Pick<Caller, 'keyId' | 'name'>;

/** How far the clock of a sender may be ahead of ours. */
const AHEAD_MS = 300_000;

/**
 * An event that was sent, with what only we know of it: it is hashed with the rest, and no sender can write it. Its id is
 * written in small letters, as the same UUID in others is the same event; its time in UTC, since times are compared as
 * texts, and one that is over 5 minutes ahead as now: no call that is yet to come stands before all others.
 *
 * @param now - When it was received, in milliseconds since 1970.
 */
export function stamped(event: AuditEvent, { keyId, name }: Sender, now: number): AuditEvent {
  const at = new Date(event.timestamp).getTime();
  return {
    ...event,
    id: event.id.toLowerCase(),
    timestamp: new Date(at <= now + AHEAD_MS ? at : now).toISOString(),
    receivedAt: new Date(now).toISOString(),
    reportedBy: { keyId, name },
  };
}
