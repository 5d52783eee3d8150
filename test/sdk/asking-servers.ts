import { Client as Client2, InMemoryTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport as InMemoryTransport1 } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer as McpServer1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { acceptedContent, createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { elicitApproval } from '../../src/approval/handlers/elicit-approval.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { withMiddleware } from '../../src/sdk/index.js';
import { ManualClock, MemorySink } from '../../src/testing/index.js';
import type { CallResult } from '../contract/hosts/host.js';

process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

export const INFO = { name: 'contract', version: '1.0.0' };
export const PARAMETERS = z.object({ q: z.string() });

export interface Answer {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Record<string, unknown>;
}
export type Ask = (params: { readonly message: string }) => Answer | Promise<Answer>;

/** How to close what was connected. */
export const open: (() => Promise<unknown>)[] = [];

/** Closes what was connected; for `afterEach`. */
export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((close) => close()));
}

/** What all servers of these tests share. */
export function governance(options: GovernanceOptions) {
  const sink = new MemorySink();
  const runs: string[] = [];
  // Calls whose answer never comes wait for a deadline that never comes.
  const clock = new ManualClock();
  const middleware = new GovernanceMiddleware(
    { audit: sink, toolConfigs: { '*': { approvalRequired: true } }, onPolicyBlock: elicitApproval, ...options },
    { env: {}, clock },
  );
  return { sink, runs, clock, middleware };
}

/** What goes with a call. */
export interface CallSettings {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { readonly message?: string | undefined }) => void;
}

export interface Connected {
  readonly call: (name: string, q: string, settings?: CallSettings) => Promise<CallResult>;
}

/** How a client of each line is connected to a governed server that has `write`, and `ask` where the protocol knows it. */
export type Connect = (shared: ReturnType<typeof governance>, answer: Ask | undefined) => Promise<Connected>;

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
  return { call: async (name, q, settings) => await client.callTool({ name, arguments: { q } }, undefined, settings) };
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
  return { call: async (name, q, settings) => await client.callTool({ name, arguments: { q } }, settings) };
};

/** What goes over the wire, and who sends it: tests may change both. */
export interface Wire {
  change(params: Record<string, unknown>): void;
  user: string;
}

/** Protocol 2026-07-28 over HTTP, with a new server for every request. */
export async function connectModern(shared: ReturnType<typeof governance>, answer: Ask | undefined) {
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
  const call: Connected['call'] = async (name, q, settings) =>
    await client.callTool({ name, arguments: { q } }, settings);
  return { call, wire };
}

/** Every way in which a client of a server can be asked. */
export const LINES: readonly [title: string, connect: Connect][] = [
  ['SDK 1.x, protocol 2025-11-25', sdk1],
  ['SDK 2.x, protocol 2025-11-25', sdk2],
  ['SDK 2.x, protocol 2026-07-28', connectModern],
];
