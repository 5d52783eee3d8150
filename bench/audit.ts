// Claims: with the embedded store a governed call costs at most 1.10 of one with a memory sink; events are kept at no less
// than a tenth of the rate of JSON.stringify; 64 callers who wait are served at 6 times the rate of one; PostgreSQL in
// batches takes 6 times what it takes one by one (`BENCH_POSTGRES_URL`). The store is then filled and measured again:
// `AUDIT_ROWS=1000000,10000000` says to how many events, which takes long; default 100,000.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditEvent, AuditLogger, MemorySink } from 'mcp-governance';
import { callInMemory, everything } from './fixtures/in-memory.js';
import { compare, print } from './harness.js';

process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';
const folder = mkdtempSync(join(tmpdir(), 'audit-bench-'));
const stores: AuditLogger[] = [];
let failed = false;

function store(name: string, options: object = {}): AuditLogger {
  const logger = new AuditLogger({ url: `file:${join(folder, name)}`, queueLimit: 1_000_000, ...options });
  stores.push(logger);
  return logger;
}

function eventOf(index: number): AuditEvent {
  const tool = `tool_${index % 30}`;
  return {
    id: `01890000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    timestamp: new Date(1_767_225_600_000 + index * 5).toISOString(),
    sessionId: `session-${Math.floor(index / 50)}-${(index * 7919) % 104729}`,
    agent: `agent-${index % 20}`,
    user: `user-${index % 500}`,
    door: 'middleware',
    server: `docs-${index % 4}`,
    tool,
    method: `tools/call: ${tool}`,
    policyId: `mcp:docs:${tool}`,
    action: 'allow',
    policyDecision: 'allow',
    matchedRule: 'allow_reads',
    policyRevision: 'r1',
    policyLayer: undefined,
    policyConflicts: [],
    riskLevel: 'low',
    reason: 'allowed by rule allow_reads',
    humanDecision: undefined,
    approver: undefined,
    paramsHash: 'a'.repeat(64),
    params: { query: `report budget x${index}`, limit: index % 100, path: `/data/${index % 9973}/file.csv` },
    findings: [],
    resultStatus: 'success',
    statusCode: undefined,
    errorCode: undefined,
    durationMs: (index % 10_000) / 7,
    governanceMs: 0.1,
    failedOpen: [],
    traceId: 'b'.repeat(32),
  };
}

/** How many a second. */
async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (count / (performance.now() - started)) * 1_000;
}

function say(what: string, ratio: number, atLeast: number, detail: string): void {
  if (ratio < atLeast) failed = true;
  console.log(
    `  ${what}: ${ratio.toFixed(2)} (at least ${atLeast}) ${ratio < atLeast ? 'DOES NOT HOLD' : 'holds'}  ${detail}`,
  );
}

let next = 0;
const made = (count: number): AuditEvent[] => Array.from({ length: count }, () => eventOf((next += 1)));

async function fill(logger: AuditLogger, count: number): Promise<number> {
  const events = made(count);
  return rate(count, async () => {
    for (const event of events) void logger.write(event);
    await logger.flush();
  });
}

async function stringifyRate(): Promise<number> {
  const events = made(20_000);
  return rate(events.length, async () => {
    for (const event of events) JSON.stringify(event);
  });
}

const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;

async function sustained(): Promise<void> {
  const logger = store('sustained.db');
  await fill(logger, 2_000);
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < 5; round++) {
    const alone = await stringifyRate();
    const kept = await fill(logger, 20_000);
    ratios.push(kept / alone);
    rates.push(kept);
  }
  const empty = middle(rates);
  say('sustained / JSON.stringify', middle(ratios), 0.1, `${Math.round(empty)} events/s; aim 0.30`);
  for (const rows of (process.env['AUDIT_ROWS'] ?? '100000').split(',').map(Number)) {
    while ((await logger.lastSeq()) < rows) await fill(logger, Math.min(50_000, rows));
    const full: number[] = [];
    for (let round = 0; round < 5; round++) full.push(await fill(logger, 20_000));
    say(`at ${rows} rows / empty`, middle(full) / empty, 0.5, `${Math.round(middle(full))} events/s`);
    await queries(logger, rows);
  }
  const began = performance.now();
  await logger.close();
  const again = store('sustained.db');
  await again.lastSeq();
  console.log(`  closed and opened in ${(performance.now() - began).toFixed(0)} ms`);
}

async function queries(logger: AuditLogger, rows: number): Promise<void> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round < 100; round++) {
    const index = Math.floor((rows * (round + 0.5)) / 100);
    const event = eventOf(index);
    const asked = {
      tool: { tool: event.tool },
      session: { sessionId: event.sessionId },
      time: { since: event.timestamp, until: eventOf(index + 1_000).timestamp },
      'rare word': { text: `x${index}` },
      'frequent words': { text: 'report budget' },
      'a rare and a frequent word': { text: `report x${index}` },
    };
    for (const [name, query] of Object.entries(asked)) {
      const started = performance.now();
      await logger.getLog(query);
      (times[name] ??= []).push(performance.now() - started);
    }
  }
  for (const [name, each] of Object.entries(times)) {
    const p95 = each.sort((a, b) => a - b)[94] as number;
    say(`query by ${name}: 100 ms / p95`, 100 / p95, 1, `p95 ${p95.toFixed(1)} ms`);
  }
}

async function waiting(logger: AuditLogger, callers: number, each: number): Promise<number> {
  return rate(callers * each, () =>
    Promise.all(
      Array.from({ length: callers }, async () => {
        for (const event of made(each)) await logger.write(event);
      }),
    ),
  );
}

async function durable(): Promise<void> {
  const logger = store('durable.db', { required: true });
  await waiting(logger, 1, 50);
  const ratios: number[] = [];
  for (let round = 0; round < 5; round++)
    ratios.push((await waiting(logger, 64, 30)) / (await waiting(logger, 1, 200)));
  say('durable, 64 callers / 1', middle(ratios.map((ratio) => 1 / ratio)) ** -1, 6, '');
}

async function postgres(): Promise<void> {
  const url = process.env['BENCH_POSTGRES_URL'];
  if (url === undefined) return console.log('  PostgreSQL: skipped, BENCH_POSTGRES_URL is not set');
  const batched = store('', { url });
  const single = store('', { url, required: true });
  await fill(batched, 500);
  const ratios: number[] = [];
  for (let round = 0; round < 5; round++) ratios.push((await fill(batched, 5_000)) / (await waiting(single, 1, 100)));
  say('PostgreSQL batched / one by one', middle(ratios), 6, '');
}

try {
  print(
    await compare(
      'Embedded audit store, per governed call (SDK 1.x in memory)',
      {
        base: await callInMemory({ ...everything(), audit: new MemorySink() }),
        control: await callInMemory({ ...everything(), audit: new MemorySink() }),
        embedded: await callInMemory({ ...everything(), audit: store('calls.db') }),
      },
      [{ variant: 'embedded', atMost: 1.1 }],
    ),
  );
  console.log('\nRates of the audit stores');
  await sustained();
  await durable();
  await postgres();
} finally {
  await Promise.all(stores.map((each) => each.close()));
  rmSync(folder, { recursive: true, force: true });
}
if (failed) process.exitCode = 1;
