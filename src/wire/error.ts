import { z } from 'zod';

/** Every error code of the wire, with its status and what it says. */
export const WIRE_ERRORS = {
  invalid_request: {
    status: 400,
    meaning: 'The request is malformed; the message names what, unknown fields included.',
  },
  invalid_policy: { status: 400, meaning: 'The policy cannot be compiled; the message says why.' },
  unauthorized: { status: 401, meaning: 'There is no key and no session, or it is unknown, revoked or expired.' },
  forbidden: { status: 403, meaning: 'The role of the key or session does not permit this request.' },
  csrf: { status: 403, meaning: 'A request of a session that changes something lacks the header `X-CSRF-Token`.' },
  not_an_approver: { status: 403, meaning: 'The request names its approvers, and you are none of them, or you asked.' },
  not_found: { status: 404, meaning: 'There is no such thing, or you may not know of it.' },
  already_decided: { status: 409, meaning: 'Somebody was first; `decided_by` says who, `state` how it stands.' },
  conflict: { status: 409, meaning: 'It contradicts what is there.' },
  link_used: { status: 401, meaning: 'The link was used, or is too old. Ask for another one.' },
  revision_mismatch: { status: 412, meaning: 'It was changed since you read it; `revision` is the one it has now.' },
  body_too_large: { status: 413, meaning: 'The body is larger than 1 MiB.' },
  unsupported_media_type: { status: 415, meaning: 'The body is no `application/json`.' },
  invalid_policy_document: { status: 422, meaning: 'The document cannot be used; `problems` says where and why.' },
  policy_tests_failed: { status: 422, meaning: "The document's own tests fail; `tests` says which." },
  too_many: { status: 429, meaning: 'You have as much pending as one key may; wait until some of it is answered.' },
  too_many_attempts: {
    status: 429,
    meaning: 'Too many wrong keys, sessions or links came from your address: ask again in `retry_after` seconds.',
  },
  internal_error: { status: 500, meaning: 'A fault of the service; its log has the `request_id`.' },
  unavailable: { status: 503, meaning: 'The store is away or the service is stopping. Ask again.' },
} as const satisfies Record<string, { status: number; meaning: string }>;

/** A code of the table. */
export type WireErrorCode = keyof typeof WIRE_ERRORS;

/** The body of every error. */
export const errorBody = z.looseObject({
  error: z.enum(Object.keys(WIRE_ERRORS) as [WireErrorCode, ...WireErrorCode[]]).describe('A stable code.'),
  message: z.string().describe('What is wrong and what to do, in words. It quotes no value of the request.'),
  request_id: z.string().describe('Names the request in the log of the service.'),
});

/** The body of every error. */
export type ErrorBody = z.infer<typeof errorBody>;
