import type { AuditIntent } from '../audit/audit-event.js';
import { uuidV7 } from '../audit/uuid-v7.js';
import type { CallRun } from '../pipeline/call-run.js';
import { isoTime } from './iso-time.js';
import type { PlanNames } from './plan.js';
import type { Recording } from './recording.js';

/** What is known of a call right before its tool runs; the audit event that settles it has the same id. */
export function toIntent(run: CallRun, named: PlanNames, recording: Recording): AuditIntent {
  const { call, decision, approval, arrivedAt } = run;
  const { sessionId, agent, user } = recording.caller(call);
  const hashed = recording.hashed(run);
  return Object.freeze({
    id: (run.eventId ??= uuidV7(arrivedAt)),
    timestamp: isoTime(arrivedAt),
    sessionId,
    agent,
    user,
    door: call.door,
    server: named.server,
    tool: named.tool,
    method: named.method,
    policyId: named.policyId,
    action: decision?.action,
    matchedRule: decision?.ruleName,
    policyRevision: decision?.revision,
    policyLayer: decision?.layer,
    riskLevel: decision?.risk,
    reason: recording.reason(decision?.reason),
    humanDecision: approval?.status,
    approver: approval?.approver,
    paramsHash: hashed && recording.hash(hashed),
    params: recording.params(run),
    traceId: run.traceId,
  });
}
