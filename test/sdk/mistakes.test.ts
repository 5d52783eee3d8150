import { expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { GovernanceMiddleware } from '../../src/governance-middleware.js';
import { withMiddleware } from '../../src/sdk/with-middleware.js';

test('a middleware that forgets to return next(context) is an error at once, not a client that waits', async () => {
  const server = withMiddleware(new McpServer({ name: 'Docs', version: '1.0.0' }));
  server.addMiddleware({
    async onCallTool(context, next) {
      await next(context);
      return undefined;
    },
  });
  server.registerTool('search', {}, () => ({ content: [] }));
  const client = new Client({ name: 'client', version: '1.0.0' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(near), client.connect(far)]);
  await expect(client.callTool({ name: 'search', arguments: {} })).rejects.toThrow('it must return next(context)');
  await client.close();
});

test('a middleware given to withMiddleware is an error, not one that is ignored', () => {
  const server = new McpServer({ name: 'Docs', version: '1.0.0' });
  const middleware = new GovernanceMiddleware({}, { env: {} });
  expect(() => withMiddleware(server, middleware as never)).toThrow('server.addMiddleware');
});
