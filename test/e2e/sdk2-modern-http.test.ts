import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { acceptedContent, createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { GovernanceMiddleware, type GovernanceOptions } from '../../src/index.js';
import { withMiddleware } from '../../src/sdk/index.js';
import { MemorySink } from '../../src/testing/index.js';
import { type CallResult, refusalOf, textOf } from '../contract/hosts/host.js';

const INFO = { name: 'http-client', version: '1.0.0' };
const SSN = '123-45-6789';

/** Protocol 2026-07-28 over HTTP: no handshake, no session, and a new server for every request. */
describe.each(['auto', 'legacy'] as const)('SDK 2.x over HTTP with a new server for every request, mode %s', (mode) => {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((close) => close()));
  });

  async function setUp(options: GovernanceOptions) {
    const sink = new MemorySink();
    const runs: object[] = [];
    // One middleware for all the servers: limits are shared.
    const governance = new GovernanceMiddleware({ audit: sink, ...options }, { env: {} });
    const handler = createMcpHandler(() => {
      const server = withMiddleware(new McpServer({ name: 'contract', version: '1.0.0' }));
      server.addMiddleware(governance);
      server.registerTool('echo', { inputSchema: z.object({ q: z.string() }) }, ({ q }) => {
        runs.push({ q });
        return { content: [{ type: 'text', text: `said ${q}` }] };
      });
      const confirmation = z.object({ confirm: z.boolean() });
      server.registerTool('ask', { inputSchema: z.object({ q: z.string() }) }, ({ q }, { mcpReq }) => {
        runs.push({ q });
        if (acceptedContent(mcpReq.inputResponses, 'sure', confirmation)?.confirm === true) {
          return { content: [{ type: 'text', text: `asked, ${q}` }] };
        }
        const sure = inputRequired.elicit({ message: `Sure about ${q}?`, requestedSchema: confirmation });
        return inputRequired({ inputRequests: { sure }, requestState: 'sealed' });
      });
      return server;
    });
    const authInfo = { token: 'bearer-secret', clientId: 'writer', scopes: ['read'], extra: { userId: 'ann' } };
    const transport = new StreamableHTTPClientTransport(new URL('http://in.process/mcp'), {
      fetch: (url, init) => handler.fetch(new Request(url, init), { authInfo }),
    });
    const client = new Client(INFO, { versionNegotiation: { mode }, capabilities: { elicitation: { form: {} } } });
    await client.connect(transport);
    open.push(() => client.close());
    client.setRequestHandler('elicitation/create', async () => ({ action: 'accept', content: { confirm: true } }));
    const call = async (q: string, name = 'echo') => (await client.callTool({ name, arguments: { q } })) as CallResult;
    return { call, runs, sink, client };
  }

  it('governs every call, and knows who calls from where', async () => {
    const { call, runs, sink, client } = await setUp({ policyConfig: { hideBlockedTools: true } });
    expect(textOf(await call(SSN))).toBe('said ##SSN##');
    expect(runs).toEqual([{ q: SSN }]);
    expect(sink.events).toMatchObject([{ agent: 'writer', user: 'ann', server: 'contract', params: { q: '##SSN##' } }]);
    expect(JSON.stringify(sink.events)).not.toContain('bearer-secret');
    expect((await client.listTools()).tools).toHaveLength(2);
  });

  it('refuses with the same text and code as everywhere', async () => {
    const { call, runs } = await setUp({ toolConfigs: { echo: { policyAction: 'block' } } });
    const result = await call('x');
    expect(refusalOf(result)).toBe('policy_blocked');
    expect(textOf(result)).toMatch(/^Tool call blocked by policy: /);
    expect(runs).toEqual([]);
  });

  it('counts the calls of all its servers together', async () => {
    const { call, runs } = await setUp({ toolConfigs: { echo: { rateLimit: { maxPerMinute: 2 } } } });
    expect([await call('a'), await call('b'), await call('c')].map(refusalOf)).toEqual([
      undefined,
      undefined,
      'rate_limited',
    ]);
    expect(runs).toHaveLength(2);
  });

  it('lets a tool ask the user through the client, and judges every round', async () => {
    if (mode === 'legacy') return;
    const { call, runs, sink } = await setUp({ piiActions: { ssn: 'redact' } });
    expect(textOf(await call(SSN, 'ask'))).toBe('asked, ##SSN##');
    expect(runs).toEqual([{ q: '##SSN##' }, { q: '##SSN##' }]);
    expect(new Set(sink.events.map((event) => event.resultStatus))).toEqual(new Set(['success']));
  });
});
