import { isJsonObject, type JsonObject } from '../../call/json.js';
import type { AuditEvent, StoredEvent } from '../audit-event.js';
import type { StoredRow } from '../chain/link.js';

/** Every event has these, whoever wrote it: readers rely on them. */
const WHOLE = {
  id: '',
  timestamp: '',
  agent: '',
  user: '',
  server: '',
  tool: '',
  method: '',
  policyId: '',
  policyDecision: '',
  resultStatus: '',
  durationMs: 0,
  governanceMs: 0,
} as const;

const DAMAGED = { ...WHOLE, method: 'audit/damaged', errorCode: 'audit_damaged', policyConflicts: [], failedOpen: [] };

/**
 * Reads an event as it was kept.
 *
 * One that is damaged comes as `audit/damaged`, so that the rest can be read; what every event has and this one lacks is
 * empty. A verification names either.
 */
export function toStoredEvent({ text, seq, previousHash, hash }: StoredRow): StoredEvent {
  return { ...toEvent(text), seq, previousHash, hash };
}

/** Reads the text of an event or an intent, as {@link toStoredEvent} does. */
export function toEvent(text: string): AuditEvent {
  const event = parsed(text);
  for (const [field, empty] of Object.entries(WHOLE))
    if (typeof event[field] !== typeof empty) Object.assign(event, { [field]: empty });
  return event as unknown as AuditEvent;
}

/**
 * When an event came to the record: what a controlplane noted of one that was sent, and the event's own time where it was
 * written by who keeps it. Never a time that somebody else has claimed: it says what may be removed.
 */
export function arrivalOf({ receivedAt, timestamp }: Pick<AuditEvent, 'receivedAt' | 'timestamp'>): string {
  return receivedAt ?? timestamp;
}

/** Whether an event is one whose text could not be read. */
export function isDamaged({ errorCode }: AuditEvent): boolean {
  return errorCode === DAMAGED.errorCode;
}

function parsed(text: string): JsonObject {
  try {
    const event: unknown = JSON.parse(text);
    if (isJsonObject(event)) return event;
  } catch {
    // Said by what is given back.
  }
  return { ...DAMAGED, findings: [] };
}
