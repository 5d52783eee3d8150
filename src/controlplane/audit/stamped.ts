import type { AuditEvent } from '../../audit/audit-event.js';

/**
 * An event that was sent, with what only we know of it: it is hashed with the rest, and no sender can write it.
 *
 * @param now - When it was received, in milliseconds since 1970.
 */
export function stamped(event: AuditEvent, now: number): AuditEvent {
  return { ...event, receivedAt: new Date(now).toISOString() };
}
