import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { z } from 'zod';
import { FastMCP } from '../../src/fastmcp/index.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { MemorySink } from '../../src/audit/memory-sink.js';

/** A port that is free now. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

describe('a fastmcp server over HTTP, with authentication', () => {
  const sink = new MemorySink();
  let server: FastMCP<{ userId: string; token: string }>;
  let url: URL;

  beforeAll(async () => {
    const port = await freePort();
    url = new URL(`http://127.0.0.1:${port}/mcp`);
    server = new FastMCP({
      name: 'Docs',
      version: '1.0.0',
      logger: { debug() {}, error() {}, info() {}, log() {}, warn() {} },
      authenticate: (request) => {
        const token = request.headers.authorization?.replace('Bearer ', '');
        return Promise.resolve(token === undefined ? undefined : { userId: `user-of-${token}`, token });
      },
    });
    server.addMiddleware(new GovernanceMiddleware({ audit: sink, toolConfigs: { erase: { policyAction: 'block' } } }));
    server.addTool({ name: 'echo', parameters: z.object({ text: z.string() }), execute: async ({ text }) => text });
    server.addTool({ name: 'erase', execute: async () => 'erased' });
    await server.start({ transportType: 'httpStream', httpStream: { port, host: '127.0.0.1' } });
  });

  afterAll(() => server.stop());

  async function connect(token: string): Promise<Client> {
    const client = new Client({ name: 'http-client', version: '1.0.0' });
    await client.connect(
      new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization: `Bearer ${token}` } } }),
    );
    return client;
  }

  it('knows each caller by what authenticate found, and never records the token', async () => {
    const [one, two] = await Promise.all([connect('alpha'), connect('beta')]);
    await one.callTool({ name: 'echo', arguments: { text: 'one' } });
    await two.callTool({ name: 'echo', arguments: { text: 'two' } });
    const seen = sink.events.map((event) => [event.user, event.params?.['text']]);
    expect(seen).toEqual([
      ['user-of-alpha', 'one'],
      ['user-of-beta', 'two'],
    ]);
    expect(sink.events.every((event) => event.sessionId !== undefined)).toBe(true);
    await Promise.all([one.close(), two.close()]);
  });

  it('refuses and redacts over HTTP as anywhere', async () => {
    const client = await connect('gamma');
    const refused = await client.callTool({ name: 'erase', arguments: {} });
    const redacted = await client.callTool({ name: 'echo', arguments: { text: 'write to ann@example.org' } });
    expect(refused.isError).toBe(true);
    expect(redacted.content).toEqual([{ type: 'text', text: 'write to ##EMAIL##' }]);
    await client.close();
  });
});
