// A governed server of the MCP SDK 1.x, here with a client in the same process.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { z } from 'zod';
// #region quickstart
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { GovernanceMiddleware } from 'mcp-governance';
import { withMiddleware } from 'mcp-governance/sdk';

const server = withMiddleware(new McpServer({ name: 'Docs', version: '1.0.0' }));
server.addMiddleware(new GovernanceMiddleware({ toolConfigs: { delete_document: { policyAction: 'block' } } }));
// #endregion

server.registerTool('delete_document', { inputSchema: { id: z.string() } }, ({ id }) => ({
  content: [{ type: 'text', text: `${id} is gone.` }],
}));

server.registerTool(
  'get_customer',
  { inputSchema: { id: z.string() }, outputSchema: { name: z.string(), ssn: z.string() } },
  () => ({
    content: [{ type: 'text', text: 'Ada Lovelace, SSN 536-90-4399' }],
    structuredContent: { name: 'Ada Lovelace', ssn: '536-90-4399' },
  }),
);

const client = new Client({ name: 'example', version: '1.0.0' });
const [near, far] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(far), client.connect(near)]);

const blocked = await client.callTool({ name: 'delete_document', arguments: { id: 'handbook' } });
assert.equal(blocked.isError, true);
// What a program reads, where a person or a model reads the text.
assert.deepEqual(blocked._meta, { 'mcp-governance/refusal': { code: 'policy_blocked' } });

const redacted = await client.callTool({ name: 'get_customer', arguments: { id: '7' } });
assert.deepEqual(redacted.content, [{ type: 'text', text: 'Ada Lovelace, SSN ##SSN##' }]);
assert.deepEqual(redacted.structuredContent, { name: 'Ada Lovelace', ssn: '##SSN##' });

await client.close();
console.log('ok: SDK 1.x blocks, and redacts text and structuredContent');
