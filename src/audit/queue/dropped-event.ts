import type { AuditEvent } from '../audit-event.js';
import { uuidV7 } from '../uuid-v7.js';

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
    door: first.door,
    server: first.server,
    tool: '',
    method: 'audit/dropped',
    policyId: '',
    action: undefined,
    policyDecision: 'allow',
    matchedRule: undefined,
    policyRevision: undefined,
    policyLayer: undefined,
    policyConflicts: [],
    riskLevel: undefined,
    reason: `${count} audit events were lost: the store did not take them. They arrived from ${first.timestamp} to ${last.timestamp}.`,
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
