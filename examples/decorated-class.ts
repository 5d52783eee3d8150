// Tools as methods of a class, with standard (TC39) decorators.
import assert from 'node:assert/strict';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { governance, GovernanceMiddleware, tool, toolsFrom } from 'mcp-governance';
import { FastMCP } from 'mcp-governance/fastmcp';
import { z } from 'zod';

// #region class
class Documents {
  readonly #texts = new Map([['handbook', 'Be kind.']]);

  @tool({ description: 'Reads a document.', parameters: z.object({ id: z.string() }) })
  async get_document({ id }: { id: string }) {
    return this.#texts.get(id) ?? 'There is no such document.';
  }

  @governance({ piiScan: 'strict' })
  @tool({ description: 'Changes a document.', parameters: z.object({ id: z.string(), text: z.string() }) })
  async update_document({ id, text }: { id: string; text: string }) {
    this.#texts.set(id, text);
    return `${id} is changed.`;
  }
}

const server = new FastMCP({ name: 'Docs', version: '1.0.0' });
server.addMiddleware(new GovernanceMiddleware());
server.addTools(toolsFrom(new Documents()));
// #endregion

if (process.argv.includes('--serve')) {
  await server.start({ transportType: 'stdio' });
} else {
  const client = new Client({ name: 'example', version: '1.0.0' });
  const file = fileURLToPath(import.meta.url);
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [...process.execArgv, file, '--serve'] }),
  );
  const update = (text: string) => client.callTool({ name: 'update_document', arguments: { id: 'handbook', text } });

  const blocked = await update('Ask Ada, SSN 536-90-4399.');
  assert.equal(blocked.isError, true);
  assert.deepEqual(blocked._meta, { 'mcp-governance/refusal': { code: 'pii_input' } });

  const unchanged = await client.callTool({ name: 'get_document', arguments: { id: 'handbook' } });
  assert.deepEqual(unchanged.content, [{ type: 'text', text: 'Be kind.' }]);

  const allowed = await update('Be kind, and on time.');
  assert.deepEqual(allowed.content, [{ type: 'text', text: 'handbook is changed.' }]);

  await client.close();
  console.log('ok: a decorated method keeps a social security number out');
}
