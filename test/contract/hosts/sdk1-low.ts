import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject } from '../../../src/call/json.js';
import { type Host, prepare } from './host.js';
import { connectSdk1 } from './sdk1.js';
import { withMiddlewares } from './with-middlewares.js';

const INFO = { name: 'contract', version: '1.0.0' };

/** The low-level server of SDK 1.x, with tools in a Map of its author. */
export const sdk1Low: Host = {
  title: 'SDK 1.x Server',
  lowLevel: true,
  async start(setup) {
    const { sink, tools, middlewares, runs } = prepare(setup);
    const inner = new Server(INFO, { capabilities: { tools: {}, logging: {} } });
    const server = setup.plain === true ? inner : withMiddlewares(inner, middlewares);
    const byName = new Map(tools.map((tool) => [tool.name, tool.handler]));
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listed(byName, tools) }));
    server.setRequestHandler(CallToolRequestSchema, (request, extra) => {
      const handler = byName.get(request.params.name);
      if (handler === undefined) throw new Error('no such tool');
      return handler(request.params.arguments ?? {}, extra as never) as JsonObject;
    });
    return { ...(await connectSdk1(server)), sink, runs };
  },
};

/** Tools as `tools/list` has them, those of one name once. */
export function listed(byName: ReadonlyMap<string, unknown>, tools: readonly { name: string; description?: string }[]) {
  return [...byName.keys()].map((name) => ({
    name,
    description: tools.findLast((tool) => tool.name === name)?.description,
    inputSchema: { type: 'object' as const },
  }));
}
