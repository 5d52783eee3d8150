import type { ToolGovernanceConfig } from '../../config/options.js';

/** The servers of the demo, each in a process of its own. */
export type ServerName = StandaloneName | 'filesystem';

/** Those of them that stand alone. */
export type StandaloneName = 'documents' | 'payments';

/**
 * What governs the tools of the documents server.
 *
 * It stands apart from the server, so that the demo can print the very settings that were at work without loading a
 * host.
 */
export const DOCUMENT_TOOLS = {
  delete_document: { policyAction: 'block' },
  search_documents: { rateLimit: { maxPerMinute: 2 } },
  create_ticket: { piiScan: 'strict' },
  publish_document: { approvalRequired: true },
  'export_*': { policyAction: 'throttle' },
} as const satisfies Record<string, ToolGovernanceConfig>;

/** What governs the tools of the payments server. */
export const PAYMENT_TOOLS = {
  refund_payment: { approvalRequired: true },
} as const satisfies Record<string, ToolGovernanceConfig>;

/** The tool of each server whose scanner fails, to show what `failOpen` does. */
export const BROKEN_SCANNER: Readonly<Record<StandaloneName, string>> = {
  documents: 'translate_document',
  payments: 'transfer_money',
};

/** The tool of each server that nothing is said about: called first, so that times are those of a warm server. */
export const WARM_UP: Readonly<Record<ServerName, string>> = {
  documents: 'get_document',
  payments: 'list_payments',
  filesystem: 'list_directory',
};

/** Who decides on the calls of the filesystem server that wait for a person. */
export const APPROVER = 'ada';
