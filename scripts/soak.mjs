#!/usr/bin/env node
// Kills a process that writes the record at random moments, again and again, and looks after each time whether everything
// it was promised is there: `npm run soak`, `npm run soak -- --rounds 20 --store jsonl`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    store: { type: 'string', default: 'db' },
    seed: { type: 'string', default: '1' },
  },
});
spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'inherit' });
const { AuditLogger } = await import(join(ROOT, 'dist/index.js'));

const folder = mkdtempSync(join(tmpdir(), 'audit-soak-'));
const url = `file:${join(folder, `audit.${values.store === 'jsonl' ? 'jsonl' : 'db'}`)}`;
const acknowledged = { intents: new Set(), events: new Set() };
let slowestMs = 0;
let seed = Number(values.seed);
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;

try {
  for (let round = 1; round <= Number(values.rounds); round++) {
    await killOne(round);
    await look(round);
  }
  console.log(
    `${values.rounds} kills, ${acknowledged.intents.size} intents and ${acknowledged.events.size} events acknowledged, none missing; opened in at most ${Math.round(slowestMs)} ms`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Starts a writer and kills it some time after its first promise; what it printed before is what it was promised. */
async function killOne(round) {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/soak/writer.mjs'), url, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  await new Promise((resolve) => {
    child.stdout.on('data', (data) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), random() * 150);
      said += data;
    });
    child.on('close', resolve);
  });
  for (const line of said.split('\n').slice(0, -1)) {
    const [kind, id] = line.split(' ');
    acknowledged[kind === 'i' ? 'intents' : 'events'].add(id);
  }
}

/** Opens the record as the next process would, and looks. */
async function look(round) {
  const logger = new AuditLogger({ url, required: true });
  const started = performance.now();
  await logger.count({ resultStatus: 'cancelled' });
  slowestMs = Math.max(slowestMs, performance.now() - started);
  const found = new Map();
  const times = new Map();
  for await (const page of logger.scan()) {
    for (const { id, resultStatus } of page) {
      found.set(id, resultStatus);
      times.set(id, (times.get(id) ?? 0) + 1);
    }
  }
  const verification = await logger.verify();
  await logger.close();
  const missing = [...acknowledged.events].filter((id) => found.get(id) !== 'success');
  const unmarked = [...acknowledged.intents].filter((id) => !found.has(id));
  const twice = [...times].filter(([, count]) => count > 1);
  if (missing.length + unmarked.length + twice.length === 0 && verification.ok) return;
  console.error(`round ${round}:`, { missing, unmarked, twice, verification });
  throw new Error('the record broke a promise');
}
