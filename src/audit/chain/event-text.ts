import { canonicalJson } from '../../call/canonical-json.js';
import type { AuditEvent, AuditIntent } from '../audit-event.js';

/** The texts of an event: as it is kept and hashed, and as it is searched. */
export interface EventText {
  /** Canonical JSON: members sorted by name, fields that are undefined left out. */
  readonly text: string;
  /** The words that free text search finds the event by. */
  readonly words: string;
}

/** An event that is written down already. */
export interface WrittenEvent {
  readonly event: AuditEvent;
  readonly written: EventText;
}

/**
 * Every field of an event that is hashed, but `findings` and `params`, whose members need sorting: a field that is not here
 * is not kept.
 *
 * Objects in the order of their names, for `JSON.stringify`: serialising is dearer than anything else that a recorded call
 * costs the thread it runs in, and field by field it takes three times as long. The getters of a recorded call are no
 * members that would be found by themselves.
 */
const beforeFindings = (event: Partial<AuditEvent>) => ({
  action: event.action,
  agent: event.agent,
  approver: event.approver,
  definitionChanged: event.definitionChanged,
  door: event.door,
  durationMs: event.durationMs,
  errorCode: event.errorCode,
  failedOpen: event.failedOpen,
});
const beforeParams = (event: Partial<AuditEvent>) => ({
  governanceMs: event.governanceMs,
  humanDecision: event.humanDecision,
  id: event.id,
  matchedRule: event.matchedRule,
  method: event.method,
});
const behindParams = (event: Partial<AuditEvent>) => ({
  paramsHash: event.paramsHash,
  policyConflicts: event.policyConflicts,
  policyDecision: event.policyDecision,
  policyId: event.policyId,
  policyLayer: event.policyLayer,
  policyRevision: event.policyRevision,
  reason: event.reason,
  receivedAt: event.receivedAt,
  reportedBy: event.reportedBy && { keyId: event.reportedBy.keyId, name: event.reportedBy.name },
  resultStatus: event.resultStatus,
  riskLevel: event.riskLevel,
  server: event.server,
  sessionId: event.sessionId,
  snapshotAgeMs: event.snapshotAgeMs,
  statusCode: event.statusCode,
  timestamp: event.timestamp,
  tool: event.tool,
  traceId: event.traceId,
  user: event.user,
});

type Written = ReturnType<typeof beforeFindings> &
  ReturnType<typeof beforeParams> &
  ReturnType<typeof behindParams> &
  Pick<AuditEvent, 'findings' | 'params'>;

/** Does not compile where the objects above lack a field. */
const writer: (event: keyof AuditEvent extends keyof Written ? AuditEvent | AuditIntent : never) => EventText = write;

/** Writes an event, or an intent, as it is kept. */
export const eventText = writer;

function write(event: AuditEvent | AuditIntent): EventText {
  const full = event as Partial<AuditEvent>;
  const { findings, params } = full;
  const arguments_ = params === undefined ? '' : canonicalJson(params);
  const members = [
    inner(beforeFindings(full)),
    findings === undefined ? '' : `"findings":${findings.length === 0 ? '[]' : canonicalJson(findings)}`,
    inner(beforeParams(full)),
    arguments_ === '' ? '' : `"params":${arguments_}`,
    inner(behindParams(full)),
  ];
  return { text: `{${members.filter(Boolean).join(',')}}`, words: searchWords(full, arguments_) };
}

/** The members of an object in JSON; those that are undefined are left out. */
function inner(members: object): string {
  return JSON.stringify(members).slice(1, -1);
}

/** What is searched of an event: names, reasons and arguments; not ids, which have filters or are unique to one event. */
function searchWords(event: Partial<AuditEvent>, params: string): string {
  const { tool, server, agent, user, reason, matchedRule, errorCode, approver, sessionId } = event;
  const names = `${tool ?? ''} ${server ?? ''} ${agent ?? ''} ${user ?? ''} ${approver ?? ''} ${sessionId ?? ''}`;
  // Escapes of JSON would grow together with the word behind them.
  const said = `${matchedRule ?? ''} ${errorCode ?? ''} ${reason ?? ''} ${params.replace(/\\[bfnrt]/g, ' ')}`;
  return `${names} ${said}`.replace(/[\n\r\0]/g, ' ');
}
