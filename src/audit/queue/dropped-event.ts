import type { AuditEvent } from '../audit-event.js';
import { uuidV7 } from '../uuid-v7.js';

const METHOD = 'audit/dropped';
const LONGEST_NAME = 200;

/** Whether an event is one that stands for others. */
export function isDroppedEvent({ method }: { readonly method: string }): boolean {
  return method === METHOD;
}

/**
 * The event that stands in the record for events that were lost.
 *
 * It has no tool, `audit/dropped` as its method and `audit_dropped` as its code; its reason says how many events there
 * were and when the first and the last of them arrived.
 */
export function droppedEvent(
  { count, first, last }: { readonly count: number; readonly first: AuditEvent; readonly last: AuditEvent },
  now: number,
): AuditEvent {
  return {
    id: uuidV7(now),
    timestamp: new Date(now).toISOString(),
    sessionId: undefined,
    agent: '',
    user: '',
    door: isName(first.door) ? first.door : 'middleware',
    server: isName(first.server) ? first.server : '',
    tool: '',
    method: METHOD,
    policyId: '',
    action: undefined,
    policyDecision: 'allow',
    matchedRule: undefined,
    policyRevision: undefined,
    policyLayer: undefined,
    policyConflicts: [],
    riskLevel: undefined,
    reason: `${count} audit events were lost: the store did not take them, or they were no events. They arrived from ${timeOf(first)} to ${timeOf(last)}.`,
    humanDecision: undefined,
    approver: undefined,
    paramsHash: undefined,
    params: undefined,
    findings: [],
    resultStatus: 'unknown_after_crash',
    statusCode: undefined,
    errorCode: 'audit_dropped',
    durationMs: 0,
    governanceMs: 0,
    failedOpen: [],
    traceId: undefined,
  };
}

/** An event that could not be written down may say anything. */
function timeOf({ timestamp }: AuditEvent): string {
  return isName(timestamp) ? timestamp : 'an unknown time';
}

/** Whether a value is a text that every store takes: one that is longer, or holds control characters, may be why an event was lost. */
function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST_NAME && !/[\p{Cc}\p{Cs}]/u.test(value);
}
