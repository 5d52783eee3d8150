// A governed fastmcp server over stdio. With `--serve` it is the server; without, it starts itself as a client would.
import assert from 'node:assert/strict';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { z } from 'zod';
// #region quickstart
import { GovernanceMiddleware } from 'mcp-governance';
import { FastMCP } from 'mcp-governance/fastmcp'; // instead of 'fastmcp'

const server = new FastMCP({ name: 'Docs', version: '1.0.0' });
server.addMiddleware(new GovernanceMiddleware({ toolConfigs: { delete_document: { policyAction: 'block' } } }));
// #endregion

server.addTool({
  name: 'delete_document',
  parameters: z.object({ id: z.string() }),
  execute: async ({ id }) => `${id} is gone.`,
});

server.addTool({
  name: 'get_customer',
  parameters: z.object({ id: z.string() }),
  execute: async ({ id }) => `Customer ${id}: ada.lovelace@analytical-engines.com`,
});

// #region tagger
import { governance } from 'mcp-governance';

server.addTool(
  governance({ rateLimit: { maxPerMinute: 1 } })({
    name: 'search_documents',
    parameters: z.object({ query: z.string() }),
    execute: async ({ query }: { query: string }) => `Two documents about ${query}.`,
  }),
);
// #endregion

if (process.argv.includes('--serve')) {
  await server.start({ transportType: 'stdio' });
} else {
  const client = new Client({ name: 'example', version: '1.0.0' });
  const file = fileURLToPath(import.meta.url);
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [...process.execArgv, file, '--serve'] }),
  );

  const blocked = await client.callTool({ name: 'delete_document', arguments: { id: 'handbook' } });
  assert.equal(blocked.isError, true);
  assert.deepEqual(blocked.content, [
    {
      type: 'text',
      text: 'Tool call blocked by policy: delete_document: toolConfigs sets block (rule <toolConfigs>).',
    },
  ]);

  const redacted = await client.callTool({ name: 'get_customer', arguments: { id: '7' } });
  assert.deepEqual(redacted.content, [{ type: 'text', text: 'Customer 7: ##EMAIL##' }]);

  const first = await client.callTool({ name: 'search_documents', arguments: { query: 'holidays' } });
  assert.deepEqual(first.content, [{ type: 'text', text: 'Two documents about holidays.' }]);
  const second = await client.callTool({ name: 'search_documents', arguments: { query: 'salaries' } });
  assert.equal(second.isError, true);

  await client.close();
  console.log('ok: fastmcp blocks, redacts and limits');
}
