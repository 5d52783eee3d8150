import { z } from 'zod';
import { ACTIONS } from '../call/action.js';
import { endpoint } from './endpoint.js';
import { instant, jsonObject, name, nextCursor, paging, prose, queryFlag, revision } from './fields.js';
import { EDITORS, READERS } from './role.js';

const fields = {
  workflow_name: name(600).describe(
    'The calls it is about: `mcp:{server}:{tool}`, globs allowed; `mcp:{tool}` and `mcp::{tool}` match any server. A `:` in a name is written `%3A`.',
  ),
  action: z.enum(ACTIONS).describe('What becomes of such a call. Of all policies that match, the strictest counts.'),
  reason: prose(1000).describe('Why, for people: it reaches the caller and the record.'),
  category: name().describe('A word to sort policies by.'),
  metadata: jsonObject.describe(
    'Whatever approval handlers and records should carry along; `throttle_delay_seconds` and `timeout_minutes` are obligations.',
  ),
  conditions: jsonObject.describe(
    'What else has to hold of a call, in the words of the policy language: `param_eq`, ...',
  ),
  approvers: z.array(name()).max(100).describe('Who may approve. Empty: anybody with the role.'),
  mandatory: z.boolean().describe("True: no tool's own `policyAction` may loosen it."),
  final: z.boolean().describe('True, with `block` only: nobody may approve it.'),
  enabled: z.boolean().describe('False: it does not exist. Default true.'),
  expires_at: instant.nullable().describe('From this moment on it does not exist. Null: never.'),
};

const { workflow_name, action, ...others } = fields;

/** What somebody writes to create a policy, or to replace one. */
export const policyInput = z.strictObject({ workflow_name, action, ...z.object(others).partial().shape });

/** What somebody writes to change some fields of a policy. */
export const policyPatch = z.strictObject(fields).partial();

/** Where a policy stands: only an active one decides. */
export const POLICY_STATUSES = ['active', 'disabled', 'expired'] as const;

/** A policy as the controlplane keeps it. */
export const policy = z.object({
  id: z.string(),
  revision: revision.describe('The revision that made it what it is.'),
  ...fields,
  reason: z.string().nullable(),
  category: z.string().nullable(),
  status: z.enum(POLICY_STATUSES),
  created_at: instant,
  created_by: z.string(),
  updated_at: instant,
  updated_by: z.string(),
});

/** A policy as the controlplane keeps it. */
export type WirePolicy = z.infer<typeof policy>;
/** What somebody writes to create a policy, or to replace one. */
export type PolicyInput = z.infer<typeof policyInput>;
/** What somebody writes to change some fields of a policy. */
export type PolicyPatch = z.infer<typeof policyPatch>;

/** What was done to a policy. */
export const OPERATIONS = ['create', 'update', 'delete', 'rollback', 'import'] as const;

/** One revision of a policy. */
export const policyVersion = z.object({
  revision,
  at: instant,
  by: z.string(),
  operation: z.enum(OPERATIONS),
  policy: policy.nullable().describe('As it was from then on; null where it was deleted.'),
});

const PATH = '/waxell/v1/policies/';
const params = z.strictObject({ id: name(64) });

/** Creates a policy. */
export const createPolicy = endpoint({
  id: 'createPolicy',
  method: 'POST',
  path: PATH,
  summary: 'Create a policy.',
  roles: EDITORS,
  body: policyInput,
  status: 201,
  reply: policy,
  errors: ['invalid_policy'],
  replyHeaders: { ETag: 'Its revision, in quotes.', Location: 'Its path.' },
});

/** Lists policies. */
export const listPolicies = endpoint({
  id: 'listPolicies',
  method: 'GET',
  path: PATH,
  summary: 'List policies, oldest first.',
  roles: READERS,
  query: z.strictObject({
    workflow_name: name(600).optional(),
    action: z.enum(ACTIONS).optional(),
    category: name().optional(),
    enabled: queryFlag.optional(),
    ...paging,
  }),
  status: 200,
  reply: z.object({ policies: z.array(policy), cursor: nextCursor, revision }),
});

/** Reads a policy. */
export const readPolicy = endpoint({
  id: 'readPolicy',
  method: 'GET',
  path: `${PATH}{id}/`,
  summary: 'Read a policy; its revision is the `ETag`.',
  roles: READERS,
  params,
  status: 200,
  reply: policy,
  replyHeaders: { ETag: 'Its revision, in quotes: send it as `If-Match`.' },
});

/** Replaces a policy. */
export const replacePolicy = endpoint({
  id: 'replacePolicy',
  method: 'PUT',
  path: `${PATH}{id}/`,
  summary: 'Replace a policy: what is left out has its default again.',
  roles: EDITORS,
  params,
  body: policyInput,
  ifMatch: true,
  status: 200,
  reply: policy,
  errors: ['invalid_policy'],
  replyHeaders: { ETag: 'Its revision, in quotes: send it as `If-Match`.' },
});

/** Changes fields of a policy. */
export const patchPolicy = endpoint({
  id: 'patchPolicy',
  method: 'PATCH',
  path: `${PATH}{id}/`,
  summary: 'Change some fields of a policy.',
  roles: EDITORS,
  params,
  body: policyPatch,
  ifMatch: true,
  status: 200,
  reply: policy,
  errors: ['invalid_policy'],
  replyHeaders: { ETag: 'Its revision, in quotes: send it as `If-Match`.' },
});

/** Deletes a policy. */
export const deletePolicy = endpoint({
  id: 'deletePolicy',
  method: 'DELETE',
  path: `${PATH}{id}/`,
  summary: 'Delete a policy; its history stays.',
  roles: EDITORS,
  params,
  ifMatch: true,
  status: 204,
});

/** The history of a policy. */
export const policyHistory = endpoint({
  id: 'policyHistory',
  method: 'GET',
  path: `${PATH}{id}/history/`,
  summary: 'Every revision of a policy, newest first; of a deleted one, too.',
  roles: READERS,
  params,
  status: 200,
  reply: z.object({ history: z.array(policyVersion) }),
});

/** Rolls a policy back. */
export const rollbackPolicy = endpoint({
  id: 'rollbackPolicy',
  method: 'POST',
  path: `${PATH}{id}/rollback/`,
  summary: 'Make a policy again what it was at a revision of its history, deleted or not.',
  roles: EDITORS,
  params,
  body: z.strictObject({ revision: z.int().min(1) }),
  ifMatch: true,
  status: 200,
  reply: policy,
  replyHeaders: { ETag: 'Its revision, in quotes: send it as `If-Match`.' },
});

/** All endpoints of policies. */
export const POLICY_ENDPOINTS = [
  createPolicy,
  listPolicies,
  readPolicy,
  replacePolicy,
  patchPolicy,
  deletePolicy,
  policyHistory,
  rollbackPolicy,
] as const;
