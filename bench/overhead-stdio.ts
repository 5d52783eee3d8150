// Claim: over stdio a governed call costs at most 1.15 of an ungoverned one.
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ARGUMENTS } from './fixtures/echo-server.js';
import { compare, print, type Variant } from './harness.js';

const clients: Client[] = [];

async function callOverStdio(kind: string): Promise<Variant> {
  const script = fileURLToPath(new URL('./fixtures/stdio-server.js', import.meta.url));
  const client = new Client({ name: 'bench-client', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [script, kind] }));
  clients.push(client);
  return () => client.callTool({ name: 'search', arguments: ARGUMENTS });
}

print(
  await compare(
    'Overhead over stdio (SDK 1.x, audit to memory)',
    {
      base: await callOverStdio('plain'),
      control: await callOverStdio('plain'),
      governed: await callOverStdio('governed'),
    },
    [{ variant: 'governed', atMost: 1.15 }],
    { rounds: 8_000, turn: 1, warmUp: 8_000 },
  ),
);
await Promise.all(clients.map((client) => client.close()));
