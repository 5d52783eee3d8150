// Who decides about a call: a rule about its arguments, the hour, and at last the client's own user, by elicitation.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { type ApprovalHandler, CannotAskError, elicitApproval, firstOf, GovernanceMiddleware } from 'mcp-governance';
import { withMiddleware } from 'mcp-governance/sdk';
import { z } from 'zod';

// #region handlers
/** Decides by the arguments: scratch files need nobody, system files nobody may have. */
const byPath: ApprovalHandler = (_error, { arguments: { path } }) => {
  const text = String(path);
  if (text.includes('..')) return { approved: false, approver: 'path rule' };
  if (text.startsWith('/tmp/')) return { approved: true, approver: 'path rule' };
  if (text.startsWith('/etc/')) return { approved: false, approver: 'path rule' };
  throw new CannotAskError('the path rule says nothing of this path');
};

/** Approves on working days from 9 to 17, by this machine's time; at other hours, somebody else is asked. */
const businessHours =
  (now: () => Date): ApprovalHandler =>
  () => {
    const weekday = now().getDay();
    const hour = now().getHours();
    if (weekday >= 1 && weekday <= 5 && hour >= 9 && hour < 17) return { approved: true, approver: 'business hours' };
    throw new CannotAskError('it is outside business hours');
  };

let time = new Date(2026, 5, 15, 10);
const onPolicyBlock = firstOf(
  byPath,
  businessHours(() => time),
  elicitApproval,
);
// #endregion

const server = withMiddleware(new McpServer({ name: 'Files', version: '1.0.0' }));
server.addMiddleware(
  new GovernanceMiddleware({ onPolicyBlock, toolConfigs: { 'write_*': { approvalRequired: true } } }),
);
const written: string[] = [];
server.registerTool('write_file', { inputSchema: { path: z.string() } }, ({ path }) => {
  written.push(path);
  return { content: [{ type: 'text', text: 'written' }] };
});

const client = new Client({ name: 'example', version: '1.0.0' }, { capabilities: { elicitation: {} } });
const asked: string[] = [];
client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
  // A client would put this before its user.
  asked.push(params.message);
  return { action: 'accept', content: { approve: true } };
});
const [near, far] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(far), client.connect(near)]);
const write = (path: string) => client.callTool({ name: 'write_file', arguments: { path } });

await write('/tmp/notes');
assert.equal((await write('/etc/hosts')).isError, true);
await write('/srv/report');
assert.equal(asked.length, 0);
time = new Date(2026, 5, 15, 22);
await write('/srv/late');
assert.deepEqual(written, ['/tmp/notes', '/srv/report', '/srv/late']);
assert.equal(asked.length, 1);
assert.match(asked[0] ?? '', /Operation: write_file\n[^]*"path": "\/srv\/late"/);

await client.close();
console.log('ok: arguments, the hour and the user of the client decide, in this order');
