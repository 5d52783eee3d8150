// Claims: over stdio the proxy adds at most 2.0 hops of a byte pipe (aim 1.6) and at most 0.7 of what a bridge of the
// SDK's client and server adds; with 32 calls in flight it lets through at least half of what a byte pipe does.
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connectLines } from './fixtures/line-client.js';
import { type BenchReport, compare, middleOf, print, type Variant } from './harness.js';

const RUNS = 3;
const IN_FLIGHT = 32;
const CALLS = 20_000;

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}.js`, import.meta.url));
const SERVER = fixture('line-server');
const PROXY = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** What may stand between a client and the server. */
const BETWEEN: Readonly<Record<string, readonly string[]>> = {
  direct: [SERVER],
  pipe: [fixture('byte-pipe'), SERVER],
  proxy: [PROXY, 'proxy', '--', process.execPath, SERVER],
  bridge: [fixture('sdk-bridge'), SERVER],
};

/** Calls a second, with so many in flight. */
async function throughput(call: Variant): Promise<number> {
  let left = CALLS;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left-- > 0) await call();
    }),
  );
  return CALLS / ((performance.now() - started) / 1000);
}

/** What a variant adds to a direct call, in hops of the byte pipe; the control is another direct call. */
function inHops(report: BenchReport): BenchReport {
  const { base = 0, pipe = 0, proxy = 0, bridge = 0 } = report.p50;
  const ratio = (variant: string, value: number, atMost: number, aim?: number): BenchReport['ratios'][number] => ({
    claim: { variant, atMost, ...(aim !== undefined && { aim }) },
    ratio: value,
    holds: value <= atMost,
  });
  return {
    ...report,
    ratios: [
      ratio('proxy, in hops of a byte pipe', (proxy - base) / (pipe - base), 2.0, 1.6),
      ratio('proxy, in bridges of the SDK', (proxy - base) / (bridge - base), 0.7),
      ratio(
        'pipe to proxy, 32 in flight',
        (report.p50['proxy, 32 in flight'] ?? 0) / (report.p50['pipe, 32 in flight'] ?? 1),
        2.0,
      ),
    ],
  };
}

async function runOnce(): Promise<BenchReport> {
  const processes: ChildProcess[] = [];
  const open = (name: string): Promise<Variant> => connectLines(BETWEEN[name] ?? [], processes);
  const [base, control, pipe, proxy, bridge] = (await Promise.all(
    ['direct', 'direct', 'pipe', 'proxy', 'bridge'].map(open),
  )) as [Variant, Variant, Variant, Variant, Variant];
  const report = await compare('The proxy over stdio', { base, control, pipe, proxy, bridge }, [], {
    rounds: 150,
    turn: 20,
    warmUp: 1_500,
  });
  const micros = async (call: Variant): Promise<number> =>
    1e6 / Math.max(await throughput(call), await throughput(call));
  const p50 = { ...report.p50, 'pipe, 32 in flight': await micros(pipe), 'proxy, 32 in flight': await micros(proxy) };
  for (const each of processes) each.kill();
  return inHops({ ...report, p50 });
}

const reports: BenchReport[] = [];
for (let run = 0; run < RUNS; run++) reports.push(await runOnce());
print(middleOf(reports));
