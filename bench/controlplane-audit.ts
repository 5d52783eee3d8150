// Claim: a controlplane on its embedded store takes at least 20,000 audit events a second in batches. JSON.stringify of the
// same batches, in the same run, says what the machine makes of the plainest work there is.
import { KeepAlive, requestOf } from './fixtures/keep-alive.js';
import { startControlplane } from './fixtures/service.js';
import { compare, print } from './harness.js';

const EVENTS = 1_000;
const BATCHES = 40;
const CONNECTIONS = 2;
const AT_LEAST = 20_000;

/** An event of an ordinary call, as a door sends it. */
function eventOf(index: number): object {
  const tool = `tool_${index % 30}`;
  return {
    id: `01890000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    timestamp: new Date(1_767_225_600_000 + index * 5).toISOString(),
    sessionId: `session-${Math.floor(index / 50)}`,
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
    policyRevision: '17',
    policyConflicts: [],
    riskLevel: 'low',
    reason: 'allowed by rule allow_reads',
    paramsHash: 'a'.repeat(64),
    params: { query: `report budget x${index}`, limit: index % 100, path: `/data/${index % 9973}/file.csv` },
    findings: [],
    resultStatus: 'success',
    durationMs: (index % 10_000) / 7,
    governanceMs: 0.1,
    failedOpen: [],
    traceId: 'b'.repeat(32),
  };
}

const service = await startControlplane();
const load = await KeepAlive.open(service.port, CONNECTIONS);
let next = 0;
const batch = (): object => ({ events: Array.from({ length: EVENTS }, () => eventOf((next += 1))) });
const send = (bodies: readonly string[]): Promise<void> =>
  load.sendEach(bodies.map((body) => requestOf('/api/v1/audit', body, { 'x-wax-key': service.agentKey })));

await send(Array.from({ length: 10 }, () => JSON.stringify(batch())));
const rates: number[] = [];
for (let run = 0; run < 3; run++) {
  const bodies = Array.from({ length: BATCHES }, () => JSON.stringify(batch()));
  const started = performance.now();
  await send(bodies);
  rates.push(((BATCHES * EVENTS) / (performance.now() - started)) * 1_000);
}
const rate = rates.toSorted((a, b) => a - b)[1] as number;

// One batch at a time: what a door waits for, against writing the batch down.
const batches = Array.from({ length: 64 }, batch);
const write = async (): Promise<unknown> => JSON.stringify(batches[(next += 1) % batches.length]);
const report = await compare(
  `A batch of ${EVENTS} audit events against JSON.stringify of it`,
  { base: write, control: write, batch: () => send([JSON.stringify(batch())]) },
  [],
  { rounds: 40, turn: 1, warmUp: 5 },
);
load.close();
await service.stop();

print(report);
const stringify = (EVENTS * 1e6) / (report.p50['base'] as number);
const holds = rate >= AT_LEAST;
if (process.env['BENCH_JSON']) {
  console.log(JSON.stringify({ name: 'Audit intake', rate, rates, stringify, atLeast: AT_LEAST, holds }));
} else {
  const shown = rates.map((each) => Math.round(each)).join(', ');
  console.log(
    `  intake over ${CONNECTIONS} connections: ${Math.round(rate)} events/s (at least ${AT_LEAST}; runs: ${shown})`,
  );
  console.log(
    `  JSON.stringify in the same run: ${Math.round(stringify)} events/s; ${holds ? 'holds' : 'DOES NOT HOLD'}`,
  );
}
if (!holds) process.exitCode = 1;
