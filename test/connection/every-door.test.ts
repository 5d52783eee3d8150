import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { configureSession } from '../../src/client/index.js';
import { FastMCP } from '../../src/fastmcp/index.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { withMiddleware } from '../../src/sdk/index.js';
import { libsqlDatabase, startService, type TestDatabase, type TestService, until } from '../controlplane/service.js';
import { stateFolder } from './doors.js';

let database: TestDatabase;
let service: TestService;
let state: ReturnType<typeof stateFolder>;
let internals: { env: Record<string, string>; auditThread: boolean };
let ran = 0;
/** Ends what a test began, the last first, whether it went well or not: a server that listens keeps jest from ending. */
let ends: (() => unknown)[] = [];

beforeEach(async () => {
  ran = 0;
  database = await libsqlDatabase();
  service = await startService(database.url);
  const { key } = await service.controlplane.createKey('door', 'agent');
  state = stateFolder();
  internals = {
    // As the reference has it: nothing in code, all in the environment.
    env: { XDG_STATE_HOME: state.path, WAXELL_API_KEY: key, WAXELL_API_URL: service.url },
    auditThread: false,
  };
  const policy = { workflow_name: 'mcp:docs:delete', action: 'block', reason: 'Never' };
  await service.ask('POST', '/waxell/v1/policies/', policy);
});

afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
  await service.stop();
  await database.drop();
  state.remove();
});

const SETTINGS = { policyTimeoutMs: 5000, policyConfig: { failOpen: false } };
const run = (): { content: { type: 'text'; text: string }[] } => {
  ran++;
  return { content: [{ type: 'text', text: 'done' }] };
};

function sdkServer(middleware?: GovernanceMiddleware): McpServer {
  const bare = new McpServer({ name: 'docs', version: '1.0.0' });
  const server = middleware === undefined ? bare : withMiddleware(bare);
  if (middleware !== undefined) (server as ReturnType<typeof withMiddleware>).addMiddleware(middleware);
  for (const name of ['read', 'delete']) {
    server.registerTool(name, { description: `Does ${name}`, inputSchema: { id: z.string().optional() } }, run);
  }
  return server;
}

async function connected(server: McpServer): Promise<Client> {
  const client = new Client({ name: 'agent-1', version: '1.0.0' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  ends.push(() => client.close());
  return client;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** What the controlplane heard of a door: calls on its record, and definitions of tools. */
async function heard(): Promise<void> {
  await until(async () => (await service.ask('GET', '/api/v1/audit')).body.events.length >= 2);
  const { body } = await service.ask('GET', '/api/v1/audit');
  expect(body.events.map(({ tool, resultStatus }: Record<string, string>) => [tool, resultStatus]).sort()).toEqual([
    ['delete', 'blocked'],
    ['read', 'success'],
  ]);
  await until(async () => (await service.ask('GET', '/api/v1/servers/docs/tools')).status === 200);
  const { tools } = (await service.ask('GET', '/api/v1/servers/docs/tools')).body;
  expect(tools.map(({ name, known, description }: Record<string, unknown>) => [name, known, description])).toEqual([
    ['delete', true, 'Does delete'],
    ['read', true, 'Does read'],
  ]);
}

describe('every door is connected by the environment alone', () => {
  test('the middleware, on the MCP SDK', async () => {
    const middleware = new GovernanceMiddleware({ ...SETTINGS, serverName: 'docs' }, internals);
    ends.push(() => middleware.close());
    const client = await connected(sdkServer(middleware));
    await client.listTools();
    expect(await client.callTool({ name: 'read' })).not.toHaveProperty('isError', true);
    expect(await client.callTool({ name: 'delete' })).toMatchObject({ isError: true });
    expect(ran).toBe(1);
    expect(middleware.status()).toMatchObject({ mode: 'connected', connection: { state: 'connected' } });
    await heard();
  });

  test('a client session', async () => {
    const client = configureSession(
      await connected(sdkServer()),
      { serverName: 'docs', governanceConfig: { agentName: 'agent-1', policyTimeoutMs: 5000, failOpen: false } },
      internals,
    );
    ends.push(() => client.closeGovernance());
    await client.listTools();
    await client.callTool({ name: 'read' });
    await expect(client.callTool({ name: 'delete' })).rejects.toMatchObject({ code: 'policy_blocked' });
    expect(ran).toBe(1);
    expect(client.governanceStatus()).toMatchObject({ mode: 'connected' });
    await heard();
  });

  test('the middleware, on fastmcp', async () => {
    const middleware = new GovernanceMiddleware({ ...SETTINGS, serverName: 'docs' }, internals);
    ends.push(() => middleware.close());
    const server = new FastMCP({ name: 'docs', version: '1.0.0' });
    server.addMiddleware(middleware);
    for (const name of ['read', 'delete']) {
      server.addTool({ name, description: `Does ${name}`, execute: async () => JSON.stringify(run()) });
    }
    const port = await freePort();
    await server.start({ transportType: 'httpStream', httpStream: { port, host: '127.0.0.1' } });
    ends.push(() => server.stop());
    const client = new Client({ name: 'agent-1', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)));
    ends.push(() => client.close());
    await client.listTools();
    await client.callTool({ name: 'read' });
    expect(await client.callTool({ name: 'delete' })).toMatchObject({ isError: true });
    expect(ran).toBe(1);
    await heard();
  });
});
