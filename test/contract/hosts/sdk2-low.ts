import { Server } from '@modelcontextprotocol/server';
import type { JsonObject } from '../../../src/call/json.js';
import { withMiddleware } from '../../../src/sdk/index.js';
import { type Host, prepare } from './host.js';
import { listed } from './sdk1-low.js';
import { connectSdk2 } from './sdk2.js';

const INFO = { name: 'contract', version: '1.0.0' };

/** The low-level server of SDK 2.x, with tools in a Map of its author. */
export const sdk2Low: Host = {
  title: 'SDK 2.x Server',
  lowLevel: true,
  async start(setup) {
    const { sink, tools, middlewares, runs } = prepare(setup);
    const server = withMiddleware(new Server(INFO, { capabilities: { tools: {}, logging: {} } }));
    for (const middleware of middlewares) server.addMiddleware(middleware);
    const byName = new Map(tools.map((tool) => [tool.name, tool.handler]));
    server.setRequestHandler('tools/list', () => ({ tools: listed(byName) }));
    server.setRequestHandler('tools/call', (request, context) => {
      const handler = byName.get(request.params.name);
      if (handler === undefined) throw new Error('no such tool');
      return handler(request.params.arguments ?? {}, context as never) as JsonObject;
    });
    return { ...(await connectSdk2(server)), sink, runs };
  },
};
