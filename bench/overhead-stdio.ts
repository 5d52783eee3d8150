// Claim: over stdio a governed call costs at most 1.15 of an ungoverned one.
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ARGUMENTS } from './fixtures/echo-server.js';
import { type BenchReport, compare, middleOf, print, type Variant } from './harness.js';

const RUNS = 9;

async function callOverStdio(kind: string, clients: Client[]): Promise<Variant> {
  const script = fileURLToPath(new URL('./fixtures/stdio-server.js', import.meta.url));
  const client = new Client({ name: 'bench-client', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [script, kind] }));
  clients.push(client);
  return () => client.callTool({ name: 'search', arguments: ARGUMENTS });
}

/** One run with processes of its own: where the machine puts them decides more than what they do. */
async function runOnce(): Promise<BenchReport> {
  const clients: Client[] = [];
  const report = await compare(
    'Overhead over stdio (SDK 1.x, audit to memory)',
    {
      base: await callOverStdio('plain', clients),
      control: await callOverStdio('plain', clients),
      governed: await callOverStdio('governed', clients),
    },
    [{ variant: 'governed', atMost: 1.15 }],
    { rounds: 3_000, turn: 1, warmUp: 3_000 },
  );
  await Promise.all(clients.map((client) => client.close()));
  return report;
}

const reports: BenchReport[] = [];
for (let run = 0; run < RUNS; run++) reports.push(await runOnce());
print(middleOf(reports));
