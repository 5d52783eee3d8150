// Claim: the check endpoint, with authentication and with policies, serves at least half the requests a second of a raw
// node:http server that reads the same body and answers with the same one. Each server has a process of its own.
import { KeepAlive, requestOf } from './fixtures/keep-alive.js';
import { type Service, startControlplane, startRawServer } from './fixtures/service.js';
import { type BenchReport, compare, middleOf, print, type Variant } from './harness.js';

const CONNECTIONS = 32;
const POLICIES = 200;
/** Requests in one measured turn. */
const BATCH = 500;
const RUNS = 3;
const PATH = '/api/v1/observe/policy-check/';
const BODY = JSON.stringify({
  agent_name: 'file-manager',
  workflow_name: 'mcp:filesystem:write_file',
  user_id: 'user-123',
  arguments: { path: '/srv/data/report.csv', content: 'a,b,c\n1,2,3\n' },
});

async function post(service: Service, key: string, path: string, body: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${service.port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-wax-key': key },
    body,
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.text();
}

async function runOnce(): Promise<BenchReport> {
  const controlplane = await startControlplane();
  for (let at = 0; at < POLICIES; at++) {
    const policy = { workflow_name: `mcp:filesystem:tool_${at}`, action: 'block', reason: 'not here' };
    await post(controlplane, controlplane.adminKey, '/waxell/v1/policies/', JSON.stringify(policy));
  }
  const allowed = { workflow_name: 'mcp:filesystem:write_file', action: 'allow', reason: 'written every day' };
  await post(controlplane, controlplane.adminKey, '/waxell/v1/policies/', JSON.stringify(allowed));
  const answer = await post(controlplane, controlplane.agentKey, PATH, BODY);
  if (JSON.parse(answer).action !== 'allow') throw new Error(answer);
  const raw = [await startRawServer(answer), await startRawServer(answer)] as const;

  const loads: KeepAlive[] = [];
  const loading = async ({ port, agentKey }: Service): Promise<Variant> => {
    const load = await KeepAlive.open(port, CONNECTIONS);
    loads.push(load);
    const request = requestOf(PATH, BODY, { 'x-wax-key': agentKey });
    return () => load.send(request, BATCH);
  };
  const report = await compare(
    `Check endpoint against raw node:http (${BATCH} requests over ${CONNECTIONS} connections a turn)`,
    { base: await loading(raw[0]), control: await loading(raw[1]), check: await loading(controlplane) },
    [{ variant: 'check', atMost: 2 }],
    { rounds: 60, turn: 1, warmUp: 20 },
  );
  for (const load of loads) load.close();
  await Promise.all([controlplane, ...raw].map((service) => service.stop()));
  return report;
}

const reports: BenchReport[] = [];
for (let run = 0; run < RUNS; run++) reports.push(await runOnce());
const report = middleOf(reports);
print(report);
if (!process.env['BENCH_JSON']) {
  for (const [variant, micros] of Object.entries(report.p50)) {
    console.log(`  ${variant.padEnd(22)} ${Math.round((BATCH * 1e6) / micros)} requests/s`);
  }
}
