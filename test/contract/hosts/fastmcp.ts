import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { FastMCP as BaseFastMCP } from 'fastmcp';
import type { Middleware } from '../../../src/call/host-request.js';
import { FastMCP } from '../../../src/fastmcp/index.js';
import { governance } from '../../../src/governance.js';
import { type Host, prepare } from './host.js';
import { callerOf } from './sdk1.js';

/** fastmcp writes its own troubles to the console, which is not what these tests are about. */
export const QUIET = { debug() {}, error() {}, info() {}, log() {}, warn() {} };

/** Connects a client to a fastmcp server. */
export async function connectFastmcp(server: BaseFastMCP, auth?: Record<string, unknown>) {
  const [clientTransport, serverTransport] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'contract-client', version: '1.0.0' });
  // The client first: its greeting then waits in the transport, and fastmcp need not poll for it.
  const connected = client.connect(clientTransport);
  await new Promise((resolve) => setImmediate(resolve));
  const session = await server.connect(serverTransport, auth);
  await connected;
  return { ...callerOf(client, clientTransport), session };
}

/** mcp-governance's FastMCP. */
export const fastmcp: Host = {
  title: 'fastmcp',
  lowLevel: false,
  async start(setup) {
    const { sink, tools, middlewares, runs } = prepare(setup);
    const own = { name: 'contract', version: '1.0.0', logger: QUIET } as const;
    const server = setup.plain === true ? new BaseFastMCP(own) : governed(new FastMCP(own), middlewares);
    for (const { name, description, parameters, tag, handler } of tools) {
      const tool = { name, description, parameters, execute: handler as () => Promise<string> };
      server.addTool(tag === undefined ? tool : governance(tag)({ ...tool, execute: untagged(handler) }));
    }
    const { session, ...caller } = await connectFastmcp(server);
    const close = async (): Promise<void> => {
      await session.close();
    };
    return { ...caller, sink, runs, close };
  },
};

function governed(server: FastMCP, middlewares: readonly Middleware[]): FastMCP {
  for (const middleware of middlewares) server.addMiddleware(middleware);
  return server;
}

/** A handler without its tag, for a tool that wears the tag itself. */
function untagged(handler: (args: never, context: never) => unknown): () => Promise<string> {
  return ((args: never, context: never) => handler(args, context)) as () => Promise<string>;
}
