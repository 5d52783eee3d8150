import { uuidV7 } from '../../../src/audit/uuid-v7.js';

/** An event as doors send it. */
export const eventOf = (more: object = {}): { readonly id: string; readonly [member: string]: unknown } => ({
  id: uuidV7(Date.now()),
  timestamp: new Date().toISOString(),
  agent: 'robot',
  user: 'ann',
  door: 'middleware',
  server: 'files',
  tool: 'write_file',
  method: 'tools/call: write_file',
  policyId: 'mcp:files:write_file',
  action: 'allow',
  policyDecision: 'allow',
  policyConflicts: [],
  params: { path: '/tmp/a' },
  findings: [],
  resultStatus: 'success',
  durationMs: 5,
  governanceMs: 1,
  failedOpen: [],
  ...more,
});
