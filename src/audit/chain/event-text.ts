import { canonicalJson } from '../../call/canonical-json.js';
import type { AuditEvent, AuditIntent } from '../audit-event.js';

/** Every field of an event that is hashed, sorted by name: a field that is not here is not kept. */
const FIELDS = [
  'action',
  'agent',
  'approver',
  'door',
  'durationMs',
  'errorCode',
  'failedOpen',
  'findings',
  'governanceMs',
  'humanDecision',
  'id',
  'matchedRule',
  'method',
  'params',
  'paramsHash',
  'policyConflicts',
  'policyDecision',
  'policyId',
  'policyLayer',
  'policyRevision',
  'reason',
  'resultStatus',
  'riskLevel',
  'server',
  'sessionId',
  'statusCode',
  'timestamp',
  'tool',
  'traceId',
  'user',
] as const satisfies readonly (keyof AuditEvent)[];

/** Does not compile where the list above lacks a field. */
type Missing = Exclude<keyof AuditEvent, (typeof FIELDS)[number]>;
const MISSING: readonly Missing[] = [];

const NAMED = [...FIELDS, ...MISSING].map((field, at) => ({ field, name: `${at === 0 ? '' : ','}"${field}":` }));

/** The texts of an event: as it is kept and hashed, and as it is searched. */
export interface EventText {
  /** Canonical JSON: members sorted by name, fields that are undefined left out. */
  readonly text: string;
  /** The words that free text search finds the event by. */
  readonly words: string;
}

/**
 * Writes an event, or an intent, as it is kept.
 *
 * Field by field, because the getters of a recorded call are not members that `Object.keys` would list, and because this
 * is dearer than anything else a recorded call costs.
 */
export function eventText(event: AuditEvent | AuditIntent): EventText {
  const full = event as Partial<AuditEvent>;
  let text = '{';
  let params = '';
  for (const { field, name } of NAMED) {
    const value: unknown = full[field];
    if (value === undefined) continue;
    const json = canonicalJson(value);
    if (field === 'params') params = json;
    // `action` comes first and may be absent: then the next one would begin with a comma.
    text += text.length === 1 && name.startsWith(',') ? name.slice(1) + json : name + json;
  }
  return { text: `${text}}`, words: searchWords(full, params) };
}

/** What is searched of an event: names, reasons and arguments; not ids, which have filters or are unique to one event. */
function searchWords(event: Partial<AuditEvent>, params: string): string {
  const { tool, server, agent, user, reason, matchedRule, errorCode, approver, sessionId } = event;
  const names = `${tool ?? ''} ${server ?? ''} ${agent ?? ''} ${user ?? ''} ${approver ?? ''} ${sessionId ?? ''}`;
  // Escapes of JSON would grow together with the word behind them.
  const said = `${matchedRule ?? ''} ${errorCode ?? ''} ${reason ?? ''} ${params.replace(/\\[bfnrt]/g, ' ')}`;
  return `${names} ${said}`.replace(/[\n\r\0]/g, ' ');
}
