// A middleware of your own beside governance: middlewares run in the order in which they were added.
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { GovernanceMiddleware, type Middleware } from 'mcp-governance';
import { withMiddleware } from 'mcp-governance/sdk';
import { z } from 'zod';

const asked: string[] = [];
const ran: string[] = [];

// #region middleware
/** Stands before governance: sees every call, refused ones too. */
const outer: Middleware = {
  async onCallTool(context, next) {
    asked.push(context.tool);
    return next(context);
  },
};

/** Stands behind governance: sees only what may run, and may change it. */
const inner: Middleware = {
  async onCallTool(context, next) {
    ran.push(context.tool);
    return next({ ...context, arguments: { ...context.arguments, tenant: 'acme' } });
  },
};

const server = withMiddleware(new McpServer({ name: 'Docs', version: '1.0.0' }));
server.addMiddleware(outer);
server.addMiddleware(new GovernanceMiddleware({ toolConfigs: { delete_document: { policyAction: 'block' } } }));
server.addMiddleware(inner);
// #endregion

const inputSchema = { id: z.string(), tenant: z.string().optional() };
server.registerTool('get_document', { inputSchema }, ({ id, tenant = 'nobody' }) => ({
  content: [{ type: 'text', text: `${id} of ${tenant}` }],
}));
server.registerTool('delete_document', { inputSchema }, () => ({ content: [] }));

const client = new Client({ name: 'example', version: '1.0.0' });
const [near, far] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(far), client.connect(near)]);

const read = await client.callTool({ name: 'get_document', arguments: { id: 'handbook' } });
assert.deepEqual(read.content, [{ type: 'text', text: 'handbook of acme' }]);
const blocked = await client.callTool({ name: 'delete_document', arguments: { id: 'handbook' } });
assert.equal(blocked.isError, true);
assert.deepEqual(asked, ['get_document', 'delete_document']);
assert.deepEqual(ran, ['get_document']);

await client.close();
console.log('ok: own middlewares run before and behind governance');
