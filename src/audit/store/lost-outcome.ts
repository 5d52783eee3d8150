import type { AuditEvent, AuditIntent, PolicyDecision } from '../audit-event.js';
import { isDamaged, toEvent } from '../query/stored-event.js';
import { type EventText, eventText } from '../chain/event-text.js';

const BY_ACTION = new Map<string | undefined, PolicyDecision>([
  ['warn', 'warn'],
  ['throttle', 'throttle'],
]);

/**
 * The event of a call whose process died before it could say how the call ended.
 *
 * @param text - The intent, as it was kept.
 */
export function lostOutcome(text: string): EventText {
  const intent: AuditIntent = toEvent(text);
  const event: AuditEvent = {
    ...intent,
    policyDecision:
      intent.humanDecision === 'approved' ? 'approved_by_user' : (BY_ACTION.get(intent.action) ?? 'allow'),
    policyConflicts: [],
    findings: [],
    resultStatus: 'unknown_after_crash',
    statusCode: undefined,
    // What could not be read stays on the record as such: one damaged intent must not keep a record from opening.
    errorCode: isDamaged(toEvent(text)) ? 'audit_damaged' : undefined,
    durationMs: 0,
    governanceMs: 0,
    failedOpen: [],
  };
  return eventText(event);
}
