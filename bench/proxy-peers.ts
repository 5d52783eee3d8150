// Claim: over HTTP before a server that speaks in lines, the proxy adds at most half of what mcp-proxy and supergateway
// add, which govern nothing. They are no dependencies: `npm i mcp-proxy supergateway` somewhere, and BENCH_PEERS says where.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'undici';
import { connectHttp } from './fixtures/http-client.js';
import { connectLines } from './fixtures/line-client.js';
import { type BenchReport, compare, middleOf, print, type Variant } from './harness.js';

const RUNS = 3;
const STARTS_WITHIN_MS = 20_000;
const PEERS = process.env['BENCH_PEERS'];

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}.js`, import.meta.url));
const SERVER = fixture('line-server');

async function openOurs(processes: ChildProcess[]): Promise<string> {
  const child = spawn(process.execPath, [fixture('http-process'), 'proxy', SERVER], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return url;
}

async function openPeer(
  folder: string,
  name: string,
  toArgs: (port: number) => string[],
  processes: ChildProcess[],
): Promise<string> {
  const port = await freePort();
  const script = realpathSync(join(folder, 'node_modules/.bin', name));
  processes.push(spawn(process.execPath, [script, ...toArgs(port)], { stdio: 'ignore' }));
  const giveUp = performance.now() + STARTS_WITHIN_MS;
  while (!(await listens(port))) {
    if (performance.now() > giveUp) throw new Error(`${name} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return `http://127.0.0.1:${port}/mcp`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => {
      resolve(false);
    });
  });
}

/** What the proxy adds to a call over lines, as a part of what the others add; the control is another such call. */
function inPeers(report: BenchReport): BenchReport {
  const { base = 0, proxy = 0, mcpProxy = 0, supergateway = 0 } = report.p50;
  const against = (variant: string, peer: number): BenchReport['ratios'][number] => {
    const ratio = (proxy - base) / (peer - base);
    return { claim: { variant, atMost: 0.5 }, ratio, holds: ratio <= 0.5 };
  };
  return { ...report, ratios: [against('in mcp-proxies', mcpProxy), against('in supergateways', supergateway)] };
}

async function runOnce(folder: string): Promise<BenchReport> {
  const processes: ChildProcess[] = [];
  const pools: Pool[] = [];
  const mcpProxy = (port: number): string[] => [
    ...['--host', '127.0.0.1', '--port', String(port), '--server', 'stream'],
    ...['--', process.execPath, SERVER],
  ];
  const supergateway = (port: number): string[] => [
    ...['--stdio', `${process.execPath} ${SERVER}`, '--outputTransport', 'streamableHttp', '--stateful'],
    ...['--port', String(port), '--logLevel', 'none'],
  ];
  try {
    const variants: Record<string, Variant> = {
      base: await connectLines([SERVER], processes),
      control: await connectLines([SERVER], processes),
      proxy: await connectHttp(await openOurs(processes), pools),
      mcpProxy: await connectHttp(await openPeer(folder, 'mcp-proxy', mcpProxy, processes), pools),
      supergateway: await connectHttp(await openPeer(folder, 'supergateway', supergateway, processes), pools),
    };
    const report = await compare('The proxy beside others', variants, [], { rounds: 60, turn: 20, warmUp: 500 });
    return inPeers(report);
  } finally {
    await Promise.all(pools.map((pool) => pool.destroy()));
    for (const each of processes) each.kill();
  }
}

if (PEERS === undefined)
  console.log('\nThe proxy beside others: skipped, for BENCH_PEERS names no folder that has them');
else {
  const reports: BenchReport[] = [];
  for (let run = 0; run < RUNS; run++) reports.push(await runOnce(PEERS));
  print(middleOf(reports));
}
