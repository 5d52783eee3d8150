import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { McpServer, type Server } from '@modelcontextprotocol/server';
import { type CallResult, type Host, prepare } from './host.js';
import { tap } from './tap.js';
import { withMiddlewares } from './with-middlewares.js';

/** Connects a client to a server of SDK 2.x. */
export async function connectSdk2(server: McpServer | Server) {
  const [clientTransport, serverTransport] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'contract-client', version: '1.0.0' });
  await Promise.all([client.connect(clientTransport), server.connect(serverTransport)]);
  return {
    ...tap(clientTransport),
    client,
    async call(name: string, args?: unknown, { signal, meta }: { signal?: AbortSignal; meta?: object } = {}) {
      const params = { name, ...(args !== undefined && { arguments: args as object }), ...(meta && { _meta: meta }) };
      return (await client.callTool(params as never, signal && { signal })) as CallResult;
    },
    async listTools() {
      return (await client.listTools()).tools.map((tool) => tool.name);
    },
    close: () => server.close(),
  };
}

/** McpServer of SDK 2.x. */
export const sdk2: Host = {
  title: 'SDK 2.x McpServer',
  lowLevel: false,
  async start(setup) {
    const { sink, tools, middlewares, runs } = prepare(setup);
    const inner = new McpServer({ name: 'contract', version: '1.0.0' }, { capabilities: { logging: {} } });
    const server = setup.plain === true ? inner : withMiddlewares(inner, middlewares);
    for (const { name, description, parameters, handler } of tools) {
      server.registerTool(name, { description, inputSchema: parameters }, handler as never);
    }
    return { ...(await connectSdk2(server)), sink, runs };
  },
};
