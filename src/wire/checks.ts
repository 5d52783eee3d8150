import { z } from 'zod';
import { ACTIONS, RISKS } from '../call/action.js';
import { endpoint } from './endpoint.js';
import { instant, jsonObject, maybeName, name } from './fields.js';
import { ANYBODY } from './role.js';

/** One call to decide. */
export const policyCheckRequest = z.strictObject({
  workflow_name: name(600).describe('The policy id of the call: `mcp:{server}:{tool}`, or `mcp:{tool}`.'),
  agent_name: maybeName().describe('The agent that calls.').optional(),
  user_id: maybeName().describe('The user it calls for.').optional(),
  arguments: jsonObject.describe('The arguments that would run; conditions read them.').optional(),
  run_id: maybeName().describe('Whatever names the run, for the log.').optional(),
  attributes: jsonObject.describe('What else is known of who calls: `principal.*` of conditions.').optional(),
  annotations: jsonObject.describe('What the tool says of itself.').optional(),
});

/** What is decided. */
export const policyCheckReply = z.object({
  action: z.enum(ACTIONS),
  decision: z.enum(ACTIONS).describe('Repeats `action`, for clients that read this name.'),
  reason: z.string(),
  policy_id: z.string().nullable().describe('The policy that decided; null where none did.'),
  metadata: jsonObject.describe("The policy's metadata; `throttle_delay_seconds` where the action is `throttle`."),
  revision: z.int(),
  matched: z
    .boolean()
    .describe('False: no policy matched and the server is not managed, so that the default of whoever asks counts.'),
  rule_name: z.string(),
  layer: z.string().nullable(),
  conflicts: z.array(z.string()),
  risk: z.enum(RISKS).nullable(),
  approvers: z.array(z.string()),
  timeout_minutes: z.number().nullable(),
  throttle_delay_seconds: z.number().nullable(),
  mandatory: z.boolean(),
  final: z.boolean(),
});

/** One call to decide. */
export type PolicyCheckRequest = z.infer<typeof policyCheckRequest>;
/** What is decided. */
export type PolicyCheckReply = z.infer<typeof policyCheckReply>;

/** Decides one call. */
export const policyCheck = endpoint({
  id: 'policyCheck',
  method: 'POST',
  path: '/api/v1/observe/policy-check/',
  summary: 'Decide one call. Nothing runs and nothing is recorded.',
  roles: ANYBODY,
  body: policyCheckRequest,
  status: 200,
  reply: policyCheckReply,
});

const entity = z.looseObject({
  type: z.string().optional(),
  id: z.string().max(600),
  properties: jsonObject.optional(),
});

/** Decides one call in the words of OpenID AuthZEN (Authorization API 1.0, 6). */
export const evaluation = endpoint({
  id: 'evaluation',
  method: 'POST',
  path: '/access/v1/evaluation',
  summary: 'OpenID AuthZEN: may this subject do this to this resource?',
  roles: ANYBODY,
  body: z.looseObject({
    subject: entity.describe('The principal: `id` is the agent; `properties.user` the user, the rest attributes.'),
    action: z.looseObject({ name: z.string().max(256), properties: jsonObject.optional() }).describe('`tools/call`.'),
    resource: entity.describe('The tool: `mcp:{server}:{tool}`, or its name beside `properties.server`.'),
    context: jsonObject.describe('`arguments` of the call.').optional(),
  }),
  status: 200,
  reply: z.object({ decision: z.boolean(), context: jsonObject }),
});

/** The policies as doors fetch them. */
export const snapshot = z.object({
  revision: z.int(),
  generated_at: instant,
  global_default: z.enum(ACTIONS).describe('What is decided on a managed server where nothing matches.'),
  managed: z.array(z.string()).describe('The servers that are managed.'),
  layers: z
    .array(z.object({ name: z.string(), document: jsonObject }))
    .describe('Policy documents, each of which decides by itself; the strictest wins.'),
  pins: z
    .array(z.object({ server: z.string(), tool: z.string(), fingerprint: z.string() }))
    .optional()
    .describe('Definitions of tools that somebody accepted; doors that pin take them. Earlier versions send none.'),
});

/** The policies as doors fetch them. */
export type Snapshot = z.infer<typeof snapshot>;

/** Fetches all policies. */
export const readSnapshot = endpoint({
  id: 'readSnapshot',
  method: 'GET',
  path: '/api/v1/snapshot',
  summary: 'All policies, compiled for clients. `ETag`; `If-None-Match` is answered with 304 where nothing changed.',
  roles: ANYBODY,
  headers: { 'If-None-Match': 'The `ETag` of the snapshot you have.' },
  replyHeaders: { ETag: 'The revision, in quotes.' },
  alsoStatus: [304, 'Nothing changed'],
  status: 200,
  reply: snapshot,
});

/** Follows what happens. */
export const stream = endpoint({
  id: 'stream',
  method: 'GET',
  path: '/api/v1/stream',
  summary:
    'Server-sent events: `revision` { revision }, `approval` { id, state, server, tool, decided_by }, `audit` { id }; readers alone see `audit`, and agents their own approvals. Resumes behind `Last-Event-ID`; begins with the revision as it is.',
  roles: ANYBODY,
  query: z.strictObject({
    events: z
      .string()
      .regex(/^(revision|approval|audit)(,(revision|approval|audit))*$/, 'must list revision, approval, audit')
      .describe('Only these, separated by commas. Default: all you may see.')
      .optional(),
  }),
  status: 200,
  reply: z.string(),
  mediaType: 'text/event-stream',
  headers: { 'Last-Event-ID': 'The `id` of the last event you saw: what came behind it is sent first.' },
});

/** All endpoints that doors decide by. */
export const CHECK_ENDPOINTS = [policyCheck, readSnapshot, stream, evaluation] as const;
