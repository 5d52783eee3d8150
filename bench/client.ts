// Claim: a governed client costs at most 1.30 of an ungoverned one, on SDK 1.x in memory, where nobody is asked.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { configureSession, type SessionOptions } from 'mcp-governance/client';
import { MemorySink } from 'mcp-governance/testing';
import { ARGUMENTS, createEchoServer } from './fixtures/echo-server.js';
import { compare, print, type Variant } from './harness.js';

process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

/** Everything on: limited, scanned, decided, recorded. */
const EVERYTHING: SessionOptions = {
  serverName: 'bench',
  governanceConfig: {
    agentName: 'agent',
    userId: 'user',
    audit: new MemorySink(),
    rateLimit: { maxPerMinute: 1_000_000_000 },
  },
};

/** A call of a client with a connection of its own. */
async function call(options?: SessionOptions): Promise<Variant> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'bench-client', version: '1.0.0' });
  await Promise.all([createEchoServer().connect(near), client.connect(far)]);
  if (options !== undefined) configureSession(client, options);
  return () => client.callTool({ name: 'search', arguments: ARGUMENTS });
}

print(
  await compare(
    'Overhead of a governed client (SDK 1.x in memory, audit to memory, no OpenTelemetry SDK)',
    { base: await call(), control: await call(), governed: await call(EVERYTHING), traced: await call({}) },
    [
      { variant: 'governed', atMost: 1.3 },
      { variant: 'traced', atMost: 1.3 },
    ],
  ),
);
