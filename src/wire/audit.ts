import { z } from 'zod';
import { ACTIONS, RISKS } from '../call/action.js';
import { endpoint } from './endpoint.js';
import { instant, jsonObject, maybeName, name, nextCursor, prose, queryNumber } from './fields.js';
import { DOORS, READERS } from './role.js';

const STATUSES = ['success', 'tool_error', 'blocked', 'denied', 'cancelled', 'unknown_after_crash'] as const;

const ms = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

/** The record of one call, under the names that doors record it by. */
export const auditEvent = z.strictObject({
  id: z.uuid().describe('A UUID of version 7; an event that is sent twice is kept once.'),
  timestamp: instant.describe(
    'Kept in UTC, to the millisecond; one over 5 minutes ahead of the service as its own time.',
  ),
  sessionId: maybeName().optional(),
  agent: maybeName(),
  user: maybeName(),
  door: z.enum(['middleware', 'client', 'proxy', 'filter']),
  server: maybeName(),
  tool: maybeName(),
  method: maybeName(600),
  policyId: maybeName(1600),
  action: z.enum(ACTIONS).optional(),
  policyDecision: z.enum([
    'allow',
    'warn',
    'throttle',
    'approved_by_user',
    'denied_by_user',
    'block',
    'review_timeout',
  ]),
  matchedRule: maybeName().optional(),
  policyRevision: maybeName().optional(),
  policyLayer: maybeName().optional(),
  policyConflicts: z.array(maybeName(600)).max(100),
  riskLevel: z.enum(RISKS).optional(),
  reason: prose(2000).optional(),
  humanDecision: z.enum(['approved', 'denied', 'timeout']).optional(),
  approver: maybeName().optional(),
  paramsHash: maybeName(64).optional(),
  params: jsonObject.optional(),
  findings: z.array(jsonObject).max(10_000),
  resultStatus: z.enum(STATUSES),
  statusCode: z.int().optional(),
  errorCode: maybeName(64).optional(),
  definitionChanged: z.boolean().optional(),
  durationMs: ms,
  governanceMs: ms,
  failedOpen: z.array(maybeName(64)).max(100),
  snapshotAgeMs: ms.optional(),
  traceId: maybeName(64).optional(),
});

/** The record of one call. */
export type WireAuditEvent = z.infer<typeof auditEvent>;

/** Takes events. */
export const sendAudit = endpoint({
  id: 'sendAudit',
  method: 'POST',
  path: '/api/v1/audit',
  summary:
    'Send audit events. Once answered, they survive the loss of power; what was sent before is not kept twice. Each is kept with when it came (`receivedAt`) and the key that sent it (`reportedBy`).',
  roles: DOORS,
  body: z.strictObject({ events: z.array(auditEvent).max(1000) }),
  status: 200,
  reply: z.object({ accepted: z.int(), duplicates: z.int() }),
});

/** Searches events. */
export const searchAudit = endpoint({
  id: 'searchAudit',
  method: 'GET',
  path: '/api/v1/audit',
  summary: 'Search audit events, newest first.',
  roles: READERS,
  query: z.strictObject({
    session: name().optional(),
    tool: name().optional(),
    server: name().optional(),
    action: z.enum(ACTIONS).optional(),
    risk: z.enum(RISKS).optional(),
    status: z.enum(STATUSES).optional(),
    since: instant.optional(),
    until: instant.optional(),
    text: name().describe('Words, each of which begins a word of the event.').optional(),
    limit: queryNumber(1, 1000).describe('Default 100.').optional(),
    cursor: name(512).optional(),
  }),
  status: 200,
  reply: z.object({ events: z.array(jsonObject), cursor: nextCursor }),
});

/** Proves the record. */
export const verifyAudit = endpoint({
  id: 'verifyAudit',
  method: 'GET',
  path: '/api/v1/audit/verify',
  summary: 'Read the whole record, and find the first event that was changed, moved or removed.',
  roles: READERS,
  query: z.strictObject({}),
  status: 200,
  reply: z.looseObject({ ok: z.boolean() }),
});

/** All endpoints of the record. */
export const AUDIT_ENDPOINTS = [sendAudit, searchAudit, verifyAudit] as const;
