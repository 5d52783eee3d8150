import { APPROVAL_ENDPOINTS } from './approvals.js';
import { AUDIT_ENDPOINTS } from './audit.js';
import { CHECK_ENDPOINTS } from './checks.js';
import { DOCUMENT_ENDPOINTS } from './documents.js';
import type { Endpoint } from './endpoint.js';
import { KEY_ENDPOINTS } from './keys.js';
import { OPERATION_ENDPOINTS } from './operations.js';
import { POLICY_ENDPOINTS } from './policies.js';
import { SERVER_ENDPOINTS } from './servers.js';

/** Every request there is, by topic. */
export const TOPICS: Readonly<Record<string, readonly Endpoint[]>> = {
  Policies: POLICY_ENDPOINTS,
  Decisions: CHECK_ENDPOINTS,
  'Policy document': DOCUMENT_ENDPOINTS,
  Approvals: APPROVAL_ENDPOINTS,
  Audit: AUDIT_ENDPOINTS,
  'Servers and tools': SERVER_ENDPOINTS,
  'Keys and sessions': KEY_ENDPOINTS,
  Operations: OPERATION_ENDPOINTS,
};

/** Every request there is. */
export const ENDPOINTS: readonly Endpoint[] = Object.values(TOPICS).flat();
