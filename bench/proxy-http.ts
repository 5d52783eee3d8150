// Claims: over HTTP the proxy adds at most 2.0 hops of a raw pass-through.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { ARGUMENTS } from './fixtures/echo-server.js';
import { type BenchReport, compare, middleOf, print, type Variant } from './harness.js';

const RUNS = 3;
const PROCESS = fileURLToPath(new URL('./fixtures/http-process.js', import.meta.url));

async function open(processes: ChildProcess[], ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [PROCESS, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  processes.push(child);
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return url;
}

/** A client of one connection; each answer is read whole. */
async function connect(url: string, pools: Pool[]): Promise<Variant> {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  pools.push(pool);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  let count = 0;
  const post = async (method: string, params: object, isCall = true): Promise<string | string[] | undefined> => {
    const id = isCall ? { id: count++ } : {};
    const body = JSON.stringify({ jsonrpc: '2.0', ...id, method, params });
    const answer = await pool.request({ method: 'POST', path, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode >= 300 || (method === 'tools/call' && !text.includes('Found 3'))) throw new Error(text);
    return answer.headers['mcp-session-id'];
  };
  const clientInfo = { name: 'bench', version: '1' };
  headers['mcp-session-id'] = String(
    await post('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }),
  );
  headers['mcp-protocol-version'] = '2025-06-18';
  await post('notifications/initialized', {}, false);
  return () => post('tools/call', { name: 'search', arguments: ARGUMENTS });
}

/** What a variant adds to a direct call, in hops of the pass-through; the control is another direct call. */
function inHops(report: BenchReport): BenchReport {
  const { base = 0, pass = 0, proxy = 0 } = report.p50;
  const ratio = (proxy - base) / (pass - base);
  const claim = { variant: 'proxy, in hops of a pass-through', atMost: 2.0 };
  return { ...report, ratios: [{ claim, ratio, holds: ratio <= claim.atMost }] };
}

async function runOnce(): Promise<BenchReport> {
  const processes: ChildProcess[] = [];
  const pools: Pool[] = [];
  try {
    const server = await open(processes, 'server');
    const [passed, proxied] = [await open(processes, 'pass', server), await open(processes, 'proxy', server)];
    const [base, control, pass, proxy] = (await Promise.all(
      [server, server, passed, proxied].map((url) => connect(url, pools)),
    )) as [Variant, Variant, Variant, Variant];
    const variants = { base, control, pass, proxy };
    return inHops(await compare('The proxy over HTTP', variants, [], { rounds: 100, turn: 20, warmUp: 1_500 }));
  } finally {
    await Promise.all(pools.map((pool) => pool.destroy()));
    for (const each of processes) each.kill();
  }
}

const reports: BenchReport[] = [];
for (let run = 0; run < RUNS; run++) reports.push(await runOnce());
print(middleOf(reports));
