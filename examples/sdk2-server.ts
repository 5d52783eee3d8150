// A governed server of the MCP SDK 2.x, here with a client in the same process.
import assert from 'node:assert/strict';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { z } from 'zod';
// #region quickstart
import { McpServer } from '@modelcontextprotocol/server';
import { GovernanceMiddleware } from 'mcp-governance';
import { withMiddleware } from 'mcp-governance/sdk';

const server = withMiddleware(new McpServer({ name: 'Docs', version: '1.0.0' }));
server.addMiddleware(new GovernanceMiddleware({ toolConfigs: { 'delete_*': { policyAction: 'block' } } }));
// #endregion

server.registerTool('delete_document', { inputSchema: z.object({ id: z.string() }) }, ({ id }) => ({
  content: [{ type: 'text', text: `${id} is gone.` }],
}));

server.registerTool('get_document', { inputSchema: z.object({ id: z.string() }) }, ({ id }) => ({
  content: [{ type: 'text', text: `The text of ${id}.` }],
}));

const client = new Client({ name: 'example', version: '1.0.0' });
const [near, far] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(far), client.connect(near)]);

const blocked = await client.callTool({ name: 'delete_document', arguments: { id: 'handbook' } });
assert.equal(blocked.isError, true);

const allowed = await client.callTool({ name: 'get_document', arguments: { id: 'handbook' } });
assert.deepEqual(allowed.content, [{ type: 'text', text: 'The text of handbook.' }]);

await client.close();
console.log('ok: SDK 2.x blocks by a glob and lets the rest through');
