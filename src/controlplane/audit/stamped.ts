import type { AuditEvent } from '../../audit/audit-event.js';
import type { Caller } from '../keys/caller.js';

/** Who sends events. */
export type Sender = Pick<Caller, 'keyId' | 'name'>;

/**
 * An event that was sent, with what only we know of it: it is hashed with the rest, and no sender can write it. Its id is
 * written in small letters, as the same UUID in others is the same event.
 *
 * @param now - When it was received, in milliseconds since 1970.
 */
export function stamped(event: AuditEvent, { keyId, name }: Sender, now: number): AuditEvent {
  return {
    ...event,
    id: event.id.toLowerCase(),
    receivedAt: new Date(now).toISOString(),
    reportedBy: { keyId, name },
  };
}
