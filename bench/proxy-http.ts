// Claims: over HTTP the proxy adds at most 2.0 hops of a raw pass-through.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Pool } from 'undici';
import { connectHttp } from './fixtures/http-client.js';
import { type BenchReport, compare, middleOf, print, type Variant } from './harness.js';

const RUNS = 3;
const PROCESS = fileURLToPath(new URL('./fixtures/http-process.js', import.meta.url));

async function open(processes: ChildProcess[], ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [PROCESS, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  processes.push(child);
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return url;
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
      [server, server, passed, proxied].map((url) => connectHttp(url, pools)),
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
