import { McpServer as McpServer1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Server as Server1 } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { McpServer as McpServer2, Server as Server2 } from '@modelcontextprotocol/server';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, GovernanceMiddleware } from '../../src/index.js';
import { FastMCP } from '../../src/fastmcp/index.js';
import { withMiddleware } from '../../src/sdk/index.js';
import { refusalOf, text } from './hosts/host.js';
import { QUIET } from './hosts/fastmcp.js';
import { connectSdk1 } from './hosts/sdk1.js';
import { connectSdk2 } from './hosts/sdk2.js';

const INFO = { name: 'contract', version: '1.0.0' } as const;
const TOOLS = { capabilities: { tools: {} } };
const blockAll = () => new GovernanceMiddleware({ policyConfig: { defaultPolicyAction: 'block' } }, { env: {} });

/** A handler that must not run, and tells whether it did. */
function trap() {
  const trapped = { runs: 0, handler: () => (trapped.runs++, text('reached')) as { content: [] } };
  return trapped;
}

describe('withMiddleware refuses to come too late', () => {
  const late: [string, () => object][] = [
    ['a McpServer 1.x with a tool', () => registered(new McpServer1(INFO))],
    ['a McpServer 2.x with a tool', () => registered(new McpServer2(INFO))],
    ['a McpServer 1.x with capabilities.tools', () => new McpServer1(INFO, TOOLS)],
    ['a McpServer 2.x with capabilities.tools', () => new McpServer2(INFO, TOOLS)],
    ['the Server inside a McpServer 1.x with a tool', () => registered(new McpServer1(INFO)).server],
    ['the Server inside a McpServer 2.x with a tool', () => registered(new McpServer2(INFO)).server],
    [
      'a Server 1.x with a handler',
      () => {
        const server = new Server1(INFO, TOOLS);
        server.setRequestHandler(CallToolRequestSchema, trap().handler);
        return server;
      },
    ],
    [
      'a Server 2.x with a handler',
      () => {
        const server = new Server2(INFO, TOOLS);
        server.setRequestHandler('tools/list', () => ({ tools: [] }));
        return server;
      },
    ],
  ];

  it.each(late)('on %s', (_title, make) => {
    expect(() => withMiddleware(make())).toThrow(ConfigError);
    expect(() => withMiddleware(make())).toThrow(/before the first tool/);
  });

  it.each([
    ['a client', { request() {} }],
    ['an empty object', {}],
    ['fastmcp', new FastMCP({ ...INFO, logger: QUIET })],
  ])('or to take %s for a server', (_title, server) => {
    if (server instanceof FastMCP) expect(withMiddleware(server)).toBe(server);
    else expect(() => withMiddleware(server)).toThrow(ConfigError);
  });

  it('or to take the addMiddleware of somebody else for its own', () => {
    for (const server of [new McpServer1(INFO), new McpServer2(INFO), new Server1(INFO), {}]) {
      const foreign = Object.assign(server, { addMiddleware: () => undefined });
      expect(() => withMiddleware(foreign)).toThrow(ConfigError);
    }
  });

  it('or to wrap a McpServer whose Server is wrapped, which would leave two chains', () => {
    for (const server of [new McpServer1(INFO), new McpServer2(INFO)]) {
      withMiddleware(server.server);
      expect(() => withMiddleware(server)).toThrow(ConfigError);
    }
  });

  it('but takes a wrapped server twice, and governs it once', async () => {
    const server = withMiddleware(withMiddleware(new McpServer1(INFO)));
    const order: string[] = [];
    server.addMiddleware({ onCallTool: (context, next) => (order.push('once'), next(context)) });
    server.registerTool('it', {}, () => text('done') as { content: [] });
    const client = await connectSdk1(server);
    await client.call('it');
    expect(order).toEqual(['once']);
    await client.close();
  });
});

describe('addMiddleware takes instances only', () => {
  const servers: [string, () => { addMiddleware(middleware: never): void }][] = [
    ['fastmcp', () => new FastMCP({ ...INFO, logger: QUIET })],
    ['SDK 1.x', () => withMiddleware(new McpServer1(INFO))],
    ['SDK 2.x', () => withMiddleware(new McpServer2(INFO))],
  ];
  const wrong = [
    GovernanceMiddleware,
    {},
    () => undefined,
    null,
    undefined,
    'GovernanceMiddleware',
    { onCallTol() {} },
  ];

  it.each(servers)('on %s', (_title, make) => {
    for (const middleware of wrong) expect(() => make().addMiddleware(middleware as never)).toThrow(ConfigError);
  });
});

describe('whoever registers the handler, it is governed', () => {
  it('with setRequestHandler of the class, on SDK 1.x', async () => {
    const trapped = trap();
    const server = withMiddleware(new Server1(INFO, TOOLS));
    server.addMiddleware(blockAll());
    Server1.prototype.setRequestHandler.call(server, CallToolRequestSchema, trapped.handler);
    await expectBlocked(await connectSdk1(server), trapped);
  });

  it('with setRequestHandler of the class, on SDK 2.x', async () => {
    const trapped = trap();
    const server = withMiddleware(new Server2(INFO, TOOLS));
    server.addMiddleware(blockAll());
    const set = Server2.prototype.setRequestHandler as (method: string, handler: unknown) => void;
    set.call(server, 'tools/call', trapped.handler);
    await expectBlocked(await connectSdk2(server), trapped);
  });

  it('with a schema of its own, on SDK 1.x and 2.x', async () => {
    const [trapped1, trapped2] = [trap(), trap()];
    const server1 = withMiddleware(new Server1(INFO, TOOLS));
    server1.addMiddleware(blockAll());
    const schema = z.object({ method: z.literal('tools/call'), params: z.any() });
    server1.setRequestHandler(schema as never, trapped1.handler);
    await expectBlocked(await connectSdk1(server1), trapped1);
    const server2 = withMiddleware(new Server2(INFO, TOOLS));
    server2.addMiddleware(blockAll());
    server2.setRequestHandler('tools/call' as never, { params: z.any() } as never, trapped2.handler as never);
    await expectBlocked(await connectSdk2(server2), trapped2);
  });

  it('on the Server inside a McpServer, and again after a handler was removed', async () => {
    const trapped = trap();
    const server = withMiddleware(new McpServer1(INFO, { capabilities: {} }));
    server.addMiddleware(blockAll());
    server.registerTool('it', {}, trapped.handler);
    server.server.removeRequestHandler('tools/call');
    server.server.setRequestHandler(CallToolRequestSchema, trapped.handler);
    await expectBlocked(await connectSdk1(server), trapped);
  });

  it.each(['before', 'after'])('by a fallback handler set %s wrapping, on SDK 1.x and 2.x', async (when) => {
    const [trapped1, trapped2] = [trap(), trap()];
    const [server1, server2] = [new Server1(INFO, TOOLS), new Server2(INFO, TOOLS)];
    if (when === 'before') server1.fallbackRequestHandler = async () => trapped1.handler();
    if (when === 'before') server2.fallbackRequestHandler = async () => trapped2.handler();
    withMiddleware(server1).addMiddleware(blockAll());
    withMiddleware(server2).addMiddleware(blockAll());
    if (when === 'after') server1.fallbackRequestHandler = async () => trapped1.handler();
    if (when === 'after') server2.fallbackRequestHandler = async () => trapped2.handler();
    await expectBlocked(await connectSdk1(server1), trapped1);
    await expectBlocked(await connectSdk2(server2), trapped2);
  });

  it('by a middleware that is added after the tools, and after connecting', async () => {
    const trapped = trap();
    const server = withMiddleware(new McpServer2(INFO));
    server.registerTool('it', {}, trapped.handler);
    const client = await connectSdk2(server);
    expect(refusalOf(await client.call('it'))).toBeUndefined();
    server.addMiddleware(blockAll());
    expect(refusalOf(await client.call('it'))).toBe('policy_blocked');
    expect(trapped.runs).toBe(1);
    await client.close();
  });
});

function registered<T extends McpServer1 | McpServer2>(server: T): T {
  (server as McpServer1).registerTool('it', {}, trap().handler);
  return server;
}

type Connected = Awaited<ReturnType<typeof connectSdk1>> | Awaited<ReturnType<typeof connectSdk2>>;

async function expectBlocked(client: Connected, trapped: { runs: number }): Promise<void> {
  expect(refusalOf(await client.call('it', {}))).toBe('policy_blocked');
  expect(trapped.runs).toBe(0);
  await client.close();
}
