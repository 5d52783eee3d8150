import type { AuditEvent, StoredEvent } from '../audit/audit-event.js';
import { droppedEvent } from '../audit/queue/dropped-event.js';
import { auditEvent } from '../wire/audit.js';

/** One event is not to fill a whole batch. */
const MOST_BYTES = 256 * 1024;
/** The lengths that the wire permits, where a caller could have chosen a longer text. */
const LONGEST: Readonly<Record<string, number>> = {
  method: 600,
  policyId: 1600,
  reason: 2000,
  paramsHash: 64,
  errorCode: 64,
  traceId: 64,
};
const LONGEST_NAME = 256;

/** An event as it is sent. */
export interface WireText {
  readonly json: string;
  readonly bytes: number;
}

/**
 * Writes an event as a controlplane takes it.
 *
 * What is too long is cut, arguments that are too large stay behind, and what still is no event goes as one that says that
 * it was lost: a record that is refused must not hold up all that come behind it.
 */
export function toWireText(stored: StoredEvent): WireText {
  const { seq: _seq, previousHash: _previous, hash: _hash, ...event } = stored;
  const written = measured(event);
  if (written.bytes <= MOST_BYTES && auditEvent.safeParse(event).success) return written;
  const { params: _params, ...small } = event;
  const tidied = Object.fromEntries(
    Object.entries(written.bytes <= MOST_BYTES ? event : small).map(([field, value]) => [field, tidy(field, value)]),
  );
  const again = measured(tidied);
  if (again.bytes <= MOST_BYTES && auditEvent.safeParse(tidied).success) return again;
  return toLost(event);
}

/** The event that goes in place of one that the controlplane does not take. */
export function toLost(event: AuditEvent): WireText {
  const {
    findings: _findings,
    params: _params,
    ...lost
  } = droppedEvent({ count: 1, first: event, last: event }, Date.parse(event.timestamp) || Date.now());
  return measured({ ...lost, findings: [] });
}

function tidy(field: string, value: unknown): unknown {
  if (Array.isArray(value))
    return field === 'policyConflicts' ? value.slice(0, 100).map((each) => cut(each, 600)) : value;
  return typeof value === 'string' ? cut(value, LONGEST[field] ?? LONGEST_NAME) : value;
}

function cut(value: unknown, most: number): unknown {
  return typeof value === 'string' ? value.slice(0, most).replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd') : value;
}

function measured(event: object): WireText {
  const json = JSON.stringify(event);
  return { json, bytes: Buffer.byteLength(json) };
}
