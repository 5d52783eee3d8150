// A scanner of your own beside the built-in one: asynchronous, as one that asks a service would be.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { type Finding, GovernanceMiddleware, type PIIScanner, RegexPIIScanner } from 'mcp-governance';
import { MemorySink } from 'mcp-governance/testing';
import { withMiddleware } from 'mcp-governance/sdk';
import { z } from 'zod';

// #region scanner
/** Finds the numbers of our employees, besides everything that the built-in scanner finds. */
class EmployeeScanner implements PIIScanner {
  readonly #builtIn = new RegexPIIScanner();

  async scan(text: string): Promise<readonly Finding[]> {
    await sleep(5); // A service would be asked here; `scanTimeoutMs` bounds the wait.
    const employees = [...text.matchAll(/\bEMP-\d{6}\b/g)].map(({ index, 0: number }) => ({
      type: 'employee_id',
      category: 'pii' as const,
      start: index,
      end: index + number.length,
      confidence: 1,
    }));
    return [...this.#builtIn.scan(text), ...employees];
  }
}
// #endregion

const sink = new MemorySink();
const server = withMiddleware(new McpServer({ name: 'Staff', version: '1.0.0' }));
server.addMiddleware(
  new GovernanceMiddleware({
    piiScanner: new EmployeeScanner(),
    // A scanner that fails or is too slow refuses the call; the default is to let it pass.
    policyConfig: { failOpen: false },
    toolConfigs: { send_message: { piiActions: { employee_id: 'block' } } },
    audit: sink,
  }),
);
server.registerTool('find_colleague', { inputSchema: { name: z.string() } }, ({ name }) => ({
  content: [{ type: 'text', text: `${name} is EMP-204417, ada.lovelace@analytical-engines.com` }],
}));
server.registerTool('send_message', { inputSchema: { text: z.string() } }, () => ({ content: [] }));

const client = new Client({ name: 'example', version: '1.0.0' });
const [near, far] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(far), client.connect(near)]);

const found = await client.callTool({ name: 'find_colleague', arguments: { name: 'Ada' } });
assert.deepEqual(found.content, [{ type: 'text', text: 'Ada is ##EMPLOYEE_ID##, ##EMAIL##' }]);

const blocked = await client.callTool({ name: 'send_message', arguments: { text: 'Ask EMP-204417.' } });
assert.equal(blocked.isError, true);

const types = sink.events.map(({ findings }) => findings.map(({ type }) => type).sort());
assert.deepEqual(types, [['email', 'employee_id'], ['employee_id']]);

await client.close();
console.log('ok: an own scanner redacts results and blocks arguments');
