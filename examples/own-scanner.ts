// A scanner of your own beside the built-in one: it asks a service over HTTP, here one with the interface of Presidio.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { type Finding, GovernanceMiddleware, type PIIScanner, RegexPIIScanner } from 'mcp-governance';
import { MemorySink } from 'mcp-governance/testing';
import { withMiddleware } from 'mcp-governance/sdk';
import { z } from 'zod';

// #region scanner
interface Entity {
  readonly entity_type: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

/** Finds what a Presidio analyzer finds, besides everything that the built-in scanner finds. */
class PresidioScanner implements PIIScanner {
  readonly #builtIn = new RegexPIIScanner();

  constructor(private readonly url: string) {}

  async scan(text: string): Promise<readonly Finding[]> {
    const found = this.#builtIn.scan(text);
    if (!/\p{L}{2}/u.test(text)) return found; // Numbers and ids hold no names: the service need not be asked.
    const response = await fetch(`${this.url}/analyze`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, language: 'en', entities: ['PERSON'] }),
    });
    // Whatever is thrown here is a fault: `failOpen` says whether the call passes.
    if (!response.ok) throw new Error(`the analyzer answered with ${response.status}`);
    const entities = (await response.json()) as Entity[];
    const offsets = utf16Offsets(text);
    return [
      ...found,
      ...entities.map(({ entity_type, start, end, score }) => ({
        type: entity_type.toLowerCase(),
        category: 'pii' as const,
        start: offsets[start] ?? text.length,
        end: offsets[end] ?? text.length,
        confidence: score,
      })),
    ];
  }
}

/** Presidio counts characters and JavaScript UTF-16 units: the offset of each character. */
function utf16Offsets(text: string): number[] {
  const offsets = [0];
  for (const character of text) offsets.push((offsets.at(-1) ?? 0) + character.length);
  return offsets;
}
// #endregion

/** What stands in for Presidio here: a server that knows two names, and is slow about a third. */
const analyzer = createServer((request, response) => {
  void readText(request).then((body) => {
    const { text } = JSON.parse(body) as { text: string };
    if (text.includes('Babbage')) return; // No answer.
    const entities = [...text.matchAll(/Ada Lovelace|Mary Somerville/g)].map(({ index, 0: name }) => {
      const start = Array.from(text.slice(0, index)).length;
      return { entity_type: 'PERSON', start, end: start + name.length, score: 0.85 };
    });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(entities));
  });
});
await new Promise<void>((resolve) => analyzer.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(analyzer.address() as AddressInfo).port}`;

const sink = new MemorySink();
const server = withMiddleware(new McpServer({ name: 'Staff', version: '1.0.0' }));
server.addMiddleware(
  // #region options
  new GovernanceMiddleware({
    piiScanner: new PresidioScanner(url),
    scanTimeoutMs: 500,
    // A scanner that fails or is too slow refuses the call; the default is to let it pass.
    policyConfig: { failOpen: false },
    toolConfigs: { send_message: { piiActions: { person: 'block' } } },
    audit: sink,
  }),
  // #endregion
);
server.registerTool('find_colleague', { inputSchema: { id: z.string() } }, ({ id }) => ({
  content: [{ type: 'text', text: `🎓 ${id} is Ada Lovelace, ada.lovelace@analytical-engines.com` }],
}));
let sent = 0;
server.registerTool('send_message', { inputSchema: { text: z.string() } }, () => {
  sent += 1;
  return { content: [] };
});

const client = new Client({ name: 'example', version: '1.0.0' });
const [near, far] = InMemoryTransport.createLinkedPair();
await Promise.all([server.connect(far), client.connect(near)]);

const found = await client.callTool({ name: 'find_colleague', arguments: { id: '17' } });
assert.deepEqual(found.content, [{ type: 'text', text: '🎓 17 is ##PERSON##, ##EMAIL##' }]);

const blocked = await client.callTool({ name: 'send_message', arguments: { text: 'Ask Mary Somerville.' } });
assert.equal(blocked.isError, true);
const tooLate = await client.callTool({ name: 'send_message', arguments: { text: 'Ask Charles Babbage.' } });
assert.equal(tooLate.isError, true);
assert.equal(sent, 0);

const types = sink.events.map(({ findings }) => findings.map(({ type }) => type).sort());
assert.deepEqual(types, [['email', 'person'], ['person'], []]);

await client.close();
analyzer.closeAllConnections();
analyzer.close();
console.log('ok: a service finds names, its findings redact and block, and silence refuses');
