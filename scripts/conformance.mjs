#!/usr/bin/env node
// Runs the MCP conformance suite against a server, bare and through the proxy, and compares scenario by scenario:
// `npm run conformance`. Through a proxy that lets all calls through, and one where each call is approved, no scenario may
// be worse. Through one that blocks all calls only those may be worse that make calls, and no call may reach the server.
// `--url` names another server than our own, `--suite-command` another suite, `--mode` what the proxy does (several times).
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runSuite, SUITE } from './conformance/suite.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ACTIONS = { allow: 'allow', review: 'review', block: 'block' };
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    mode: { type: 'string', multiple: true, default: Object.keys(ACTIONS) },
    'suite-command': { type: 'string' },
    built: { type: 'boolean', default: false },
  },
});
if (values.mode.some((mode) => !Object.hasOwn(ACTIONS, mode))) {
  console.error('--mode is allow, review or block.');
  process.exit(2);
}
const suite = values['suite-command']?.split(/\s+/).filter(Boolean) ?? SUITE;
if (
  !values.built &&
  spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'inherit' }).status !== 0
) {
  process.exit(1);
}
const { autoApprove } = await import('../dist/index.js');
const { startProxy } = await import('../dist/proxy/index.js');

/** Our own server in a process of its own, or the one that was named; `close` resolves with the calls that reached it. */
async function openServer() {
  if (values.url !== undefined) return { url: values.url, close: async () => undefined };
  const child = spawn(process.execPath, [join(ROOT, 'test/proxy/conformance/everything.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value: url } = await lines.next();
  if (url === undefined) throw new Error('The server did not start.');
  return {
    url,
    async close() {
      child.kill('SIGTERM');
      const { value = '' } = await lines.next();
      return Number(value.replace('calls: ', ''));
    },
  };
}

async function measureBare() {
  const { url, close } = await openServer();
  try {
    return await runSuite(suite, url, ROOT, () => undefined);
  } finally {
    await close();
  }
}

/** Runs the suite through a proxy: what each scenario came to, which of them made calls, and what became of the calls. */
async function measureProxied(mode) {
  const server = await openServer();
  const events = [];
  const proxy = await startProxy({
    inbound: { kind: 'http', host: '127.0.0.1', port: 0 },
    upstreams: [
      {
        target: { kind: 'http', url: server.url },
        governance: {
          policyConfig: { defaultPolicyAction: ACTIONS[mode] },
          ...(mode === 'review' && { onPolicyBlock: autoApprove }),
          audit: { write: (event) => void events.push(event) },
        },
      },
    ],
  });
  const begun = [];
  let scenarios;
  let reached;
  try {
    scenarios = await runSuite(suite, proxy.url, ROOT, (name) => begun.push({ name, at: Date.now() }));
  } finally {
    await proxy.close();
    reached = await server.close();
  }
  const scenarioOf = ({ timestamp }) => begun.findLast(({ at }) => at <= Date.parse(timestamp))?.name;
  return { scenarios, events, reached, calling: new Set(events.map(scenarioOf)) };
}

/** What is wrong with a run through the proxy, a line each. */
function faultsOf(mode, bare, { scenarios, events, reached, calling }) {
  const faults = [];
  for (const [name, { passed, failed }] of bare) {
    const now = scenarios.get(name) ?? { passed: 0, failed: Infinity };
    const isWorse = now.passed < passed || now.failed > failed;
    if (!isWorse || (mode === 'block' && calling.has(name))) continue;
    faults.push(`${name}: ${now.passed} passed and ${now.failed} failed, bare ${passed} and ${failed}`);
  }
  if (events.length === 0) faults.push('no call was recorded');
  if (mode !== 'block') return faults;
  const run = events.filter(({ resultStatus }) => resultStatus !== 'blocked').length;
  if (run > 0) faults.push(`${run} calls were not blocked`);
  if (reached !== undefined && reached !== 0) faults.push(`${reached} calls reached the server`);
  return faults;
}

const totals = (scenarios) => {
  const all = [...scenarios.values()];
  const sum = (of) => all.reduce((total, each) => total + each[of], 0);
  return `${scenarios.size} scenarios, ${sum('passed')} checks passed, ${sum('failed')} failed`;
};

const bare = await measureBare();
console.log(`bare: ${totals(bare)}`);
let isWorse = false;
for (const mode of values.mode) {
  const proxied = await measureProxied(mode);
  const faults = faultsOf(mode, bare, proxied);
  isWorse ||= faults.length > 0;
  const { scenarios, events, calling } = proxied;
  const verdict = faults.length === 0 ? 'as it should be' : `WRONG\n  ${faults.join('\n  ')}`;
  console.log(`${mode}: ${totals(scenarios)}; ${events.length} calls of ${calling.size} scenarios: ${verdict}`);
}
process.exitCode = isWorse ? 1 : 0;
