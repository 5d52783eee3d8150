import { Server } from '@modelcontextprotocol/server';
import { type Host, prepare } from './host.js';
import { listed } from './sdk1-low.js';
import { connectSdk2 } from './sdk2.js';
import { withMiddlewares } from './with-middlewares.js';

const INFO = { name: 'contract', version: '1.0.0' };

/** The low-level server of SDK 2.x, with tools in a Map of its author. */
export const sdk2Low: Host = {
  title: 'SDK 2.x Server',
  lowLevel: true,
  async start(setup) {
    const { sink, tools, middlewares, runs } = prepare(setup);
    const inner = new Server(INFO, { capabilities: { tools: {}, logging: {} } });
    const server = setup.plain === true ? inner : withMiddlewares(inner, middlewares);
    const byName = new Map(tools.map((tool) => [tool.name, tool.handler]));
    server.setRequestHandler('tools/list', () => ({ tools: listed(byName, tools) }));
    server.setRequestHandler('tools/call', (request, context) => {
      const handler = byName.get(request.params.name);
      if (handler === undefined) throw new Error('no such tool');
      return handler(request.params.arguments ?? {}, context as never) as { content: [] };
    });
    return { ...(await connectSdk2(server)), sink, runs };
  },
};
