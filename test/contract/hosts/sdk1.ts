import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { type Host, prepare, type Running } from './host.js';
import { tap } from './tap.js';
import { withMiddlewares } from './with-middlewares.js';

/** What a test does with a connected client of SDK 1.x. */
export function callerOf(client: Client, transport: InMemoryTransport): Omit<Running, 'sink' | 'runs' | 'close'> {
  return {
    ...tap(transport),
    async call(name, args, { signal, meta } = {}) {
      const params = { name, ...(args !== undefined && { arguments: args as object }), ...(meta && { _meta: meta }) };
      return await client.callTool(params as never, undefined, signal && { signal });
    },
    async listTools() {
      return (await client.listTools()).tools.map((tool) => tool.name);
    },
  };
}

/** Connects a client to a server of SDK 1.x. */
export async function connectSdk1(server: McpServer | Server) {
  const [clientTransport, serverTransport] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'contract-client', version: '1.0.0' });
  await Promise.all([client.connect(clientTransport), server.connect(serverTransport)]);
  return { ...callerOf(client, clientTransport), client, close: () => server.close() };
}

/** McpServer of SDK 1.x. */
export const sdk1: Host = {
  title: 'SDK 1.x McpServer',
  lowLevel: false,
  async start(setup) {
    const { sink, tools, middlewares, runs } = prepare(setup);
    const inner = new McpServer({ name: 'contract', version: '1.0.0' }, { capabilities: { logging: {} } });
    const server = setup.plain === true ? inner : withMiddlewares(inner, middlewares);
    for (const { name, description, parameters, handler } of tools) {
      server.registerTool(name, { description, inputSchema: parameters }, handler as never);
    }
    return { ...(await connectSdk1(server)), sink, runs };
  },
};
