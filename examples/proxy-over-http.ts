// A remote server over HTTP that nobody here can change, governed for agents who each have a token of their own.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { Policy } from 'mcp-governance';
import { startProxy } from 'mcp-governance/proxy';

// The remote server: it knows nothing of what follows, and lets in whoever has its key.
const keys: unknown[] = [];
const remote = createServer((request, response) => {
  keys.push(request.headers.authorization);
  const server = new McpServer({ name: 'crm', version: '1.0.0' });
  server.registerTool('find_contact', {}, () => ({
    content: [{ type: 'text', text: 'Ada, ada@example.com, SSN 536-90-4399' }],
  }));
  server.registerTool('delete_contact', {}, () => ({ content: [{ type: 'text', text: 'gone' }] }));
  const transport = new StreamableHTTPServerTransport({});
  response.on('close', () => void transport.close());
  void server.connect(transport as never).then(() => transport.handleRequest(request, response));
});
await new Promise<void>((resolve) => remote.listen(0, '127.0.0.1', resolve));
const remoteUrl = `http://127.0.0.1:${(remote.address() as AddressInfo).port}/mcp`;
const crmKey = 'key-of-the-crm';
const billingToken = 'a-token-made-by-chance';

// #region start
const proxy = await startProxy({
  inbound: { kind: 'http', port: 0, tokens: [{ name: 'billing-agent', token: billingToken }] },
  upstreams: [
    {
      name: 'crm',
      target: { kind: 'http', url: remoteUrl, headers: { authorization: `Bearer ${crmKey}` } },
      governance: {
        policy: Policy.from({
          version: 1,
          defaults: { action: 'allow' },
          rules: [
            { name: 'keep-contacts', match: { server: 'crm', tool: 'delete_*' }, action: 'block', reason: 'Kept' },
          ],
        }),
      },
    },
  ],
});
console.log(`Clients reach the server at ${proxy.url ?? ''}`);
// #endregion

// #region client
const client = new Client({ name: 'any-client', version: '1.0.0' });
await client.connect(
  new StreamableHTTPClientTransport(new URL(proxy.url ?? ''), {
    requestInit: { headers: { authorization: `Bearer ${billingToken}` } },
  }),
);
const found = await client.callTool({ name: 'find_contact', arguments: {} });
const kept = await client.callTool({ name: 'delete_contact', arguments: {} });
// #endregion

assert.doesNotMatch(JSON.stringify(found), /536-90-4399/);
assert.equal(kept.isError, true);
assert.deepEqual([...new Set(keys)], [`Bearer ${crmKey}`]);
const stranger = await fetch(proxy.url ?? '', { method: 'POST' });
assert.equal(stranger.status, 401);
await client.close();
await proxy.close();
remote.closeAllConnections();
remote.close();
console.log('ok: a remote server is governed over HTTP');
