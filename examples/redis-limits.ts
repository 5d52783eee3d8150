// Rate limits that several processes share, counted in Redis: here two servers stand for two processes.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Redis } from 'ioredis';
import { GovernanceMiddleware } from 'mcp-governance';
import { withMiddleware } from 'mcp-governance/sdk';

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const redis = new Redis(url, { lazyConnect: true, connectTimeout: 2_000, retryStrategy: null });
redis.on('error', () => undefined); // Whether Redis is there is told by connect().

try {
  await redis.connect();
} catch {
  console.log(`skipped: no Redis at ${url}`);
  process.exit(0);
}

// A name of its own, so that runs of this example do not count for one another.
const serverName = `docs-${randomUUID()}`;

// #region redis
/** One of the processes: a server whose calls are counted in Redis. */
function createServer() {
  const server = withMiddleware(new McpServer({ name: 'Docs', version: '1.0.0' }));
  server.addMiddleware(
    new GovernanceMiddleware({
      serverName,
      rateLimitStore: redis, // The client stays yours: connect it, and close it when you end.
      policyConfig: { defaultRateLimit: { maxPerMinute: 3, by: ['server', 'tool'] } },
    }),
  );
  return server;
}
// #endregion

async function connect(): Promise<Client> {
  const server = createServer();
  server.registerTool('search_documents', {}, () => ({ content: [{ type: 'text', text: 'Two documents.' }] }));
  const client = new Client({ name: 'example', version: '1.0.0' });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  return client;
}

const clients = [await connect(), await connect()];
const refused: boolean[] = [];
for (let call = 0; call < 4; call++) {
  const result = await clients[call % 2]!.callTool({ name: 'search_documents', arguments: {} });
  refused.push(result.isError === true);
}
assert.deepEqual(refused, [false, false, false, true]);

await Promise.all(clients.map((client) => client.close()));
await redis.quit();
console.log('ok: two servers share one limit in Redis');
