import { Client as Client2, InMemoryTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport as InMemoryTransport1 } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer as McpServer1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { acceptedContent, createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { elicitApproval } from '../../src/approval/handlers/elicit-approval.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { withMiddleware } from '../../src/sdk/index.js';
import { ManualClock, MemorySink } from '../../src/testing/index.js';
import { type CallResult, refusalOf, textOf } from '../contract/hosts/host.js';

process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

const INFO = { name: 'contract', version: '1.0.0' };
const PARAMETERS = z.object({ q: z.string() });

interface Answer {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Record<string, unknown>;
}
type Ask = (params: { readonly message: string }) => Answer | Promise<Answer>;

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** What all servers of these tests share. */
function governance(options: GovernanceOptions) {
  const sink = new MemorySink();
  const runs: string[] = [];
  const middleware = new GovernanceMiddleware(
    { audit: sink, toolConfigs: { '*': { approvalRequired: true } }, onPolicyBlock: elicitApproval, ...options },
    // Calls whose answer never comes wait for a deadline that never comes.
    { env: {}, clock: new ManualClock() },
  );
  return { sink, runs, middleware };
}

interface Connected {
  readonly call: (name: string, q: string) => Promise<CallResult>;
}

/** How a client of each line is connected to a governed server that has `write`, and `ask` where the protocol knows it. */
type Connect = (shared: ReturnType<typeof governance>, answer: Ask | undefined) => Promise<Connected>;

const sdk1: Connect = async ({ middleware, runs }, answer) => {
  const server = withMiddleware(new McpServer1(INFO));
  server.addMiddleware(middleware);
  server.registerTool('write', { inputSchema: PARAMETERS }, ({ q }) => {
    runs.push(q);
    return { content: [{ type: 'text', text: `wrote ${q}` }] };
  });
  const client = new Client1(INFO, { capabilities: answer ? { elicitation: {} } : {} });
  if (answer) client.setRequestHandler(ElicitRequestSchema, async ({ params }) => (await answer(params)) as never);
  const [near, far] = InMemoryTransport1.createLinkedPair();
  await Promise.all([client.connect(near), server.connect(far)]);
  open.push(() => server.close());
  return { call: async (name, q) => await client.callTool({ name, arguments: { q } }) };
};

const confirmation = z.object({ confirm: z.boolean() });

function server2({ middleware, runs }: ReturnType<typeof governance>) {
  const server = withMiddleware(new McpServer(INFO));
  server.addMiddleware(middleware);
  server.registerTool('write', { inputSchema: PARAMETERS }, ({ q }, { mcpReq }) => {
    runs.push(q);
    const clean = mcpReq.requestState() === undefined && mcpReq.inputResponses === undefined;
    return { content: [{ type: 'text', text: clean ? `wrote ${q}` : 'saw what is not its own' }] };
  });
  server.registerTool('ask', { inputSchema: PARAMETERS }, ({ q }, { mcpReq }) => {
    if (acceptedContent(mcpReq.inputResponses, 'sure', confirmation)?.confirm === true) {
      runs.push(q);
      return { content: [{ type: 'text', text: `asked with ${String(mcpReq.requestState())}` }] };
    }
    const sure = inputRequired.elicit({ message: 'Sure?', requestedSchema: confirmation });
    return inputRequired({ inputRequests: { sure }, requestState: 'its own' });
  });
  return server;
}

const capabilitiesOf = (answer: Ask | undefined) => (answer ? { elicitation: { form: {} } } : {});

const sdk2: Connect = async (shared, answer) => {
  const server = server2(shared);
  const client = new Client2(INFO, { capabilities: capabilitiesOf(answer) });
  if (answer) client.setRequestHandler('elicitation/create', async ({ params }) => (await answer(params)) as never);
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([client.connect(near), server.connect(far)]);
  open.push(() => server.close());
  return { call: async (name, q) => await client.callTool({ name, arguments: { q } }) };
};

/** What goes over the wire, and who sends it: tests may change both. */
interface Wire {
  change(params: Record<string, unknown>): void;
  user: string;
}

/** Protocol 2026-07-28 over HTTP, with a new server for every request. */
async function connectModern(shared: ReturnType<typeof governance>, answer: Ask | undefined) {
  const wire: Wire = { change: () => undefined, user: 'ann' };
  const handler = createMcpHandler(() => server2(shared));
  const transport = new StreamableHTTPClientTransport(new URL('http://in.process/mcp'), {
    fetch: (url, init) => {
      const message = JSON.parse(init?.body as string) as { method?: string; params: Record<string, unknown> };
      if (message.method === 'tools/call') wire.change(message.params);
      const authInfo = { token: 't', clientId: 'writer', scopes: [], extra: { userId: wire.user } };
      return handler.fetch(new Request(url, { ...init, body: JSON.stringify(message) }), { authInfo });
    },
  });
  const client = new Client2(INFO, { versionNegotiation: { mode: 'auto' }, capabilities: capabilitiesOf(answer) });
  if (answer) client.setRequestHandler('elicitation/create', async ({ params }) => (await answer(params)) as never);
  await client.connect(transport);
  open.push(() => client.close());
  const call = async (name: string, q: string) => (await client.callTool({ name, arguments: { q } })) as CallResult;
  return { call, wire };
}

const yes: Ask = () => ({ action: 'accept', content: { approve: true } });

describe.each<[string, Connect]>([
  ['SDK 1.x, protocol 2025-11-25', sdk1],
  ['SDK 2.x, protocol 2025-11-25', sdk2],
  ['SDK 2.x, protocol 2026-07-28', connectModern],
])('%s', (_, connect) => {
  test('asks the client’s user, shows the arguments, runs and counts the call once', async () => {
    const asked: string[] = [];
    const shared = governance({ policyConfig: { defaultRateLimit: { maxPerMinute: 1 } } });
    const { call } = await connect(shared, (params) => (asked.push(params.message), yes(params)));
    expect(textOf(await call('write', 'x'))).toBe('wrote x');
    expect(shared.runs).toEqual(['x']);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('Operation: write\n');
    expect(asked[0]).toContain('"q": "x"');
    expect(shared.sink.events).toMatchObject([{ policyDecision: 'approved_by_user', resultStatus: 'success' }]);
    expect(refusalOf(await call('write', 'y'))).toBe('rate_limited');
  });

  test.each<[string, Answer]>([
    ['declines', { action: 'decline' }],
    ['closes the form', { action: 'cancel' }],
    ['leaves the box empty', { action: 'accept', content: { approve: false } }],
  ])('a user who %s has denied', async (_, answer) => {
    const shared = governance({});
    const { call } = await connect(shared, () => answer);
    expect(refusalOf(await call('write', 'x'))).toBe('approval_denied');
    expect(shared.runs).toEqual([]);
    expect(shared.sink.events).toMatchObject([{ policyDecision: 'denied_by_user', resultStatus: 'denied' }]);
  });

  test('a client that cannot ask its user: refused, and the text says so', async () => {
    const shared = governance({});
    const { call } = await connect(shared, undefined);
    const result = await call('write', 'x');
    expect(refusalOf(result)).toBe('approval_unavailable');
    expect(textOf(result)).toContain('the client cannot ask its user');
    expect(shared.runs).toEqual([]);
  });
});

describe('what a client of 2026-07-28 brings back', () => {
  /** Calls, and changes the request that brings the answer; how many times the user was asked, and what ran. */
  async function tampered(change: (params: Record<string, unknown>, wire: Wire) => void) {
    const shared = governance({});
    let asked = 0;
    const answer: Ask = (params) => (++asked === 1 ? yes(params) : { action: 'decline' });
    const { call, wire } = await connectModern(shared, answer);
    let legs = 0;
    wire.change = (params) => {
      legs += 1;
      if (legs === 2) change(params, wire);
    };
    return { result: await call('write', 'x'), asked, runs: shared.runs };
  }

  test('untouched, it is good', async () => {
    const { result, asked, runs } = await tampered(() => undefined);
    expect([textOf(result), asked, runs]).toEqual(['wrote x', 1, ['x']]);
  });

  test.each<[string, (params: Record<string, unknown>, wire: Wire) => void]>([
    ['other arguments', (params) => (params['arguments'] = { q: 'y' })],
    ['another tool', (params) => (params['name'] = 'ask')],
    ['another principal', (_, wire) => (wire.user = 'mallory')],
    ['a state of its own making', (params) => (params['requestState'] = `mcp-governance.1.${'A'.repeat(80)}`)],
    [
      'a state that was changed',
      (params) => (params['requestState'] = `${String(params['requestState']).slice(0, -4)}AAAA`),
    ],
  ])('%s: a call of its own, which is asked about anew', async (_, change) => {
    const { asked, runs } = await tampered(change);
    expect(asked).toBeGreaterThan(1);
    expect(runs).toEqual([]);
  });

  test('is good once', async () => {
    const shared = governance({});
    let asked = 0;
    const { call, wire } = await connectModern(shared, (params) =>
      ++asked === 1 ? yes(params) : { action: 'decline' },
    );
    let used: Record<string, unknown> = {};
    wire.change = (params) => {
      if (params['requestState'] !== undefined && asked === 1) used = structuredClone(params);
    };
    await call('write', 'x');
    const { requestState, inputResponses } = used;
    wire.change = (params) => Object.assign(params, asked === 1 ? { requestState, inputResponses } : {});
    expect(refusalOf(await call('write', 'x'))).toBe('approval_denied');
    expect([asked, shared.runs]).toEqual([2, ['x']]);
  });

  test('leaves a tool its own questions, answers and state', async () => {
    const shared = governance({});
    const { call } = await connectModern(shared, () => ({
      action: 'accept',
      content: { approve: true, confirm: true },
    }));
    expect(textOf(await call('ask', 'x'))).toBe('asked with its own');
    expect(shared.runs).toEqual(['x']);
  });
});

test('a tool that is redefined while somebody decides does not run', async () => {
  const shared = governance({});
  const server = withMiddleware(new McpServer1(INFO));
  server.addMiddleware(shared.middleware);
  const run = ({ q }: { q: string }) => (shared.runs.push(q), { content: [] });
  const tool = server.registerTool('write', { description: 'Writes a file.', inputSchema: PARAMETERS }, run);
  const client = new Client1(INFO, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, () => {
    tool.update({ description: 'Deletes all files.' });
    return { action: 'accept', content: { approve: true } };
  });
  const [near, far] = InMemoryTransport1.createLinkedPair();
  await Promise.all([client.connect(near), server.connect(far)]);
  open.push(() => server.close());
  const result = (await client.callTool({ name: 'write', arguments: { q: 'x' } })) as CallResult;
  expect([refusalOf(result), shared.runs]).toEqual(['approval_void', []]);
});
