import { z } from 'zod';
import { RISKS } from '../call/action.js';
import { endpoint } from './endpoint.js';
import { boundedJson, instant, jsonObject, maybeName, name, nextCursor, paging, prose, queryNumber } from './fields.js';
import { ANYBODY, APPROVERS, DOORS, READERS } from './role.js';

/** The states of a request, as `src/approval` knows them. */
export const APPROVAL_STATES = ['pending', 'approved', 'denied', 'expired', 'withdrawn', 'consumed', 'lapsed'] as const;

/** Most milliseconds until a decision, or until an approval is used: a week. */
const MOST_MS = 7 * 24 * 60 * 60 * 1000;

/** Most characters of arguments as JSON: more than that no person reads, and whoever asks without end fills the memory. */
const MOST_ARGUMENTS = 64 * 1024;

const principal = z.strictObject({
  agent: maybeName(),
  user: maybeName(),
  attributes: boundedJson(MOST_ARGUMENTS).optional(),
  self_declared: z.boolean().optional(),
});

/** A question to people. */
export const approvalInput = z.strictObject({
  id: z.uuid().describe('A UUID that the door made: asking twice with one id is asking once.').optional(),
  binding: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
    .describe(
      'What the approval is good for, as one word that the door makes and compares: an HMAC over caller, server, tool, arguments and definition, under a key of its own.',
    ),
  server: maybeName(),
  tool: name(),
  arguments: boundedJson(MOST_ARGUMENTS).describe(
    'As they may be shown: with findings redacted. At most 65,536 characters as JSON.',
  ),
  principal,
  reason: prose(1000),
  rule_name: name().nullish(),
  policy_id: name(600).nullish(),
  risk: z.enum(RISKS).nullish(),
  approvers: z.array(name()).max(100).describe('Who may approve. Empty: anybody with the role.').optional(),
  decide_within_ms: z.int().min(1000).max(MOST_MS).describe('Default 300,000.').optional(),
  use_within_ms: z.int().min(1000).max(MOST_MS).describe('Default 120,000.').optional(),
});

/** A question to people. */
export type ApprovalInput = z.infer<typeof approvalInput>;

/** A request as it stands. */
export const approval = z.object({
  id: z.string(),
  state: z.enum(APPROVAL_STATES),
  binding: z.string(),
  server: z.string(),
  tool: z.string(),
  arguments: jsonObject,
  principal: z.object({ agent: z.string(), user: z.string(), attributes: jsonObject, self_declared: z.boolean() }),
  reason: z.string(),
  rule_name: z.string().nullable(),
  policy_id: z.string().nullable(),
  risk: z.enum(RISKS).nullable(),
  approvers: z.array(z.string()),
  requested_at: instant,
  decide_by: instant,
  use_by: instant.nullable().describe('Until when the call may run; null where nobody approved.'),
  settled_at: instant.nullable(),
  decided_by: z.string().nullable(),
});

/** A request as it stands. */
export type WireApproval = z.infer<typeof approval>;

const PATH = '/api/v1/approvals';
const params = z.strictObject({ id: name(64) });

/** Asks. */
export const requestApproval = endpoint({
  id: 'requestApproval',
  method: 'POST',
  path: PATH,
  summary: 'Ask people whether a call may run.',
  roles: DOORS,
  body: approvalInput,
  status: 201,
  reply: approval,
  errors: ['conflict', 'too_many'],
});

/** The inbox. */
export const listApprovals = endpoint({
  id: 'listApprovals',
  method: 'GET',
  path: PATH,
  summary: 'The inbox: requests, newest first.',
  roles: READERS,
  query: z.strictObject({ state: z.enum(APPROVAL_STATES).optional(), ...paging }),
  status: 200,
  reply: z.object({ approvals: z.array(approval), cursor: nextCursor }),
});

/** Waits for the answer. */
export const readApproval = endpoint({
  id: 'readApproval',
  method: 'GET',
  path: `${PATH}/{id}`,
  summary: 'A request as it stands. With `wait`, answers once it is no longer pending, or after so many seconds.',
  roles: ANYBODY,
  params,
  query: z.strictObject({ wait: queryNumber(0, 60).describe('Seconds.').optional() }),
  status: 200,
  reply: approval,
});

/** Decides. */
export const decideApproval = endpoint({
  id: 'decideApproval',
  method: 'POST',
  path: `${PATH}/{id}/decision`,
  summary: 'Decide, first come, first served: whoever is late is told by whom it was decided.',
  roles: APPROVERS,
  params,
  body: z.strictObject({
    approved: z.boolean(),
    always: z
      .boolean()
      .describe(
        'With `approved`: also set the row of this tool to allow, and approve its other requests that the same rule asks. Refused where the policies do not ask for a review now, where nobody manages the server, and where the table says something stricter or laxer that only an editor may replace.',
      )
      .optional(),
  }),
  status: 200,
  reply: approval,
  errors: ['already_decided', 'not_an_approver', 'conflict'],
});

/** Uses an approval up. */
export const useApproval = endpoint({
  id: 'useApproval',
  method: 'POST',
  path: `${PATH}/{id}/use`,
  summary: 'Use an approval up, right before the call runs: good once, and for the key that asked.',
  roles: DOORS,
  params,
  body: z.strictObject({ binding: z.string().max(64) }),
  status: 200,
  reply: approval,
  errors: ['already_decided', 'conflict'],
});

/** Takes a request back. */
export const withdrawApproval = endpoint({
  id: 'withdrawApproval',
  method: 'POST',
  path: `${PATH}/{id}/withdraw`,
  summary: 'Take a request back that this key made: nobody waits for the answer any more.',
  roles: DOORS,
  params,
  status: 200,
  reply: approval,
  errors: ['already_decided', 'conflict'],
});

/** All endpoints of approvals. */
export const APPROVAL_ENDPOINTS = [
  requestApproval,
  listApprovals,
  readApproval,
  decideApproval,
  useApproval,
  withdrawApproval,
] as const;
