import { z } from 'zod';
import { ACTIONS } from '../call/action.js';
import { endpoint } from './endpoint.js';
import { instant, prose, queryNumber, revision } from './fields.js';
import { EDITORS, READERS } from './role.js';

/** Most characters of a document: what a body may hold, and as JSON. */
const MOST = 1024 * 1024;
/** Most characters of a draft: reading one takes time that decisions wait for. */
const MOST_OF_DRAFT = 256 * 1024;

/** The policy document. */
export const policyDocument = z.object({
  text: z.string().describe('YAML, as it was written, comments included; empty where there is none.'),
  revision: revision.describe('The revision that made it what it is; 0 where there is none.'),
  updated_at: instant.nullable(),
  updated_by: z.string().nullable(),
});

/** The policy document. */
export type WirePolicyDocument = z.infer<typeof policyDocument>;

const text = prose(MOST).describe('A policy document in YAML or JSON. Empty: none.');

/** Reads the document. */
export const readDocument = endpoint({
  id: 'readDocument',
  method: 'GET',
  path: '/api/v1/policy-document',
  summary: 'The policy document: a layer of its own beside the policies of the REST interface; the strictest wins.',
  roles: READERS,
  status: 200,
  reply: policyDocument,
  replyHeaders: { ETag: 'Its revision, in quotes: send it as `If-Match`.' },
});

/** Replaces the document. */
export const replaceDocument = endpoint({
  id: 'replaceDocument',
  method: 'PUT',
  path: '/api/v1/policy-document',
  summary: 'Replace the policy document. Its own tests run first.',
  roles: EDITORS,
  body: z.strictObject({ text }),
  ifMatch: true,
  status: 200,
  reply: policyDocument,
  errors: ['invalid_policy_document', 'policy_tests_failed'],
  replyHeaders: { ETag: 'Its revision, in quotes: send it as `If-Match`.' },
});

/** One kind of call that a draft would decide otherwise. */
const flip = z.object({
  server: z.string(),
  tool: z.string(),
  from: z.enum(ACTIONS),
  to: z.enum(ACTIONS),
  rule: z.string(),
  count: z.int(),
});

/** Tries a draft out. */
export const preview = endpoint({
  id: 'preview',
  method: 'POST',
  path: '/api/v1/preview',
  summary:
    'What a draft of the policy document would have done to recorded calls, beside all other policies. One at a time for each caller.',
  roles: EDITORS,
  body: z.strictObject({
    text: prose(MOST_OF_DRAFT).describe('A policy document in YAML or JSON. Empty: none.'),
    since: instant.describe('Calls from this moment on. Default: all that are kept.').optional(),
    limit: z.int().min(1).max(10_000).describe('Most calls, the newest first. Default 1,000.').optional(),
  }),
  status: 200,
  reply: z.object({
    calls: z.int(),
    undecided: z.int().describe('Refused before any decision, by a limit or a finding.'),
    without_params: z.int().describe('Recorded without arguments and judged so.'),
    flips: z.array(flip),
  }),
  errors: ['invalid_policy_document', 'too_many'],
});

/** What can be changed. A `restore` brings everything back out of a backup, and leaves a gap before its revision. */
export const CHANGE_KINDS = ['policy', 'document', 'server', 'global_default', 'restore'] as const;

/** The changes of everything that decides. */
export const listChanges = endpoint({
  id: 'listChanges',
  method: 'GET',
  path: '/api/v1/changes',
  summary: 'Every change of what decides, newest first: who, when, what. Revisions have no gaps but before a restore.',
  roles: READERS,
  query: z.strictObject({ before: queryNumber(1, 999_999_999).optional(), limit: queryNumber(1, 1000).optional() }),
  status: 200,
  reply: z.object({
    changes: z.array(
      z.object({
        revision,
        at: instant,
        by: z.string(),
        kind: z.enum(CHANGE_KINDS),
        subject: z.string(),
        operation: z.string(),
      }),
    ),
  }),
});

/** All endpoints of the policy document. */
export const DOCUMENT_ENDPOINTS = [readDocument, replaceDocument, preview, listChanges] as const;
