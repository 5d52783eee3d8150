import { createHash } from 'node:crypto';
import type { AuditEvent, StoredEvent } from '../audit/audit-event.js';
import { droppedEvent } from '../audit/queue/dropped-event.js';
import { isJsonObject } from '../call/json.js';
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

/** Of very many findings the first ones say enough, and of a long path its beginning. */
const MOST_FINDINGS = 200;
const LONGEST_PATH = 120;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Writes an event as a controlplane takes it.
 *
 * What is too long is cut; where there is still too much, findings are left out before arguments, and the reason says so.
 * Who called what, and what was decided, always goes: no caller is to take a call out of the record by what it sends. A
 * record that is refused must not hold up all that come behind it.
 */
export function toWireText(stored: StoredEvent): WireText {
  const { seq: _seq, previousHash: _previous, hash: _hash, ...event } = stored;
  const written = fitting(event);
  if (written !== undefined) return written;
  const tidied = Object.fromEntries(Object.entries(event).map(([field, value]) => [field, tidy(field, value)]));
  const thin = withFewFindings(tidied);
  const { params: _params, ...small } = thin;
  for (const fields of [tidied, thin, small, salvaged(small, event)]) {
    const text = fitting(fields);
    if (text !== undefined) return text;
  }
  return toLost(event);
}

/** The event that goes in place of one that the controlplane does not take; it has the same id each time. */
export function toLost(event: AuditEvent): WireText {
  const lost = (of: AuditEvent): Fields => {
    const { params: _params, ...rest } = droppedEvent({ count: 1, first: of, last: of }, timeOf(event));
    return { ...rest, id: idOf(event) };
  };
  return fitting(lost(event)) ?? measured(lost({} as AuditEvent));
}

/** Undefined where the controlplane would not take it. */
function fitting(event: Fields): WireText | undefined {
  const written = measured(event);
  return written.bytes <= MOST_BYTES && auditEvent.safeParse(event).success ? written : undefined;
}

function withFewFindings(event: Fields): Fields {
  const all: readonly unknown[] = Array.isArray(event['findings']) ? event['findings'] : [];
  const findings = all
    .slice(0, MOST_FINDINGS)
    .filter((each): each is Fields => isJsonObject(each))
    .map((each) => ('path' in each ? { ...each, path: cut(each['path'], LONGEST_PATH) } : each));
  return noted({ ...event, findings }, `${all.length - findings.length} of ${all.length} findings are left out.`);
}

/** What of an event is as it should be; the rest is as if nothing were known of it. */
function salvaged(tidied: Fields, event: AuditEvent): Fields {
  const nothing = { ...droppedEvent({ count: 1, first: event, last: event }, timeOf(event)), door: 'middleware' };
  const { method: _method, errorCode: _code, ...unknown } = nothing;
  const sound = Object.entries(auditEvent.shape)
    .filter(([field, schema]) => field !== 'findings' && schema.safeParse(tidied[field]).success)
    .map(([field]) => [field, tidied[field]]);
  const known: Fields = {
    ...unknown,
    method: '',
    server: '',
    reason: undefined,
    ...(Object.fromEntries(sound) as Fields),
  };
  return noted({ ...known, id: idOf(event), findings: [] }, 'Parts of this event are left out.');
}

function noted(event: Fields, note: string): Fields {
  const reason = typeof event['reason'] === 'string' ? `${event['reason'].slice(0, 1800)} ` : '';
  return { ...event, reason: `${reason}(${note})` };
}

/** Its own, or one that is made of it: what is sent again must be known again. */
function idOf(event: AuditEvent): string {
  if (auditEvent.shape.id.safeParse(event.id).success) return event.id;
  const hash = createHash('sha256').update(JSON.stringify(event)).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

function timeOf({ timestamp }: AuditEvent): number {
  return Date.parse(timestamp) || Date.now();
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
