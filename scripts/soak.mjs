#!/usr/bin/env node
// Kills a process that writes the record at random moments, again and again, and looks after each time whether everything
// it was promised is there: `npm run soak`, `npm run soak -- --rounds 5 --events 2000 --store jsonl`. Then the same with
// the controlplane: `npm run soak -- --part controlplane --kills 5 --database postgres`. Then doors whose controlplane comes
// and goes: `npm run soak -- --part doors --flaps 20`. Then calls through a proxy, and its memory:
// `npm run soak -- --part proxy --seconds 60`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { eventOf } from './soak/event.mjs';
import { Promises } from './soak/promises.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OPEN_WITHIN_MS = 5_000;
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    events: { type: 'string', default: '1000000' },
    store: { type: 'string', multiple: true, default: ['db', 'jsonl'] },
    seed: { type: 'string', default: '1' },
    part: { type: 'string', multiple: true, default: ['record', 'controlplane', 'doors', 'proxy'] },
    kills: { type: 'string', default: '100' },
    flaps: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '600' },
    database: { type: 'string', multiple: true, default: ['libsql', 'postgres'] },
  },
});
if (spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'inherit' }).status !== 0) process.exit(1);
const { AuditLogger } = await import('../dist/index.js');

let seed = Number(values.seed);
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
for (const store of values.part.includes('record') ? values.store : []) await soak(store);
for (const database of values.part.includes('controlplane') ? values.database : []) {
  const { soakControlplane } = await import('./soak/controlplane.mjs');
  console.log(await soakControlplane(database, Number(values.kills), random));
}
if (values.part.includes('doors')) flap(values.flaps);
if (values.part.includes('proxy')) {
  const { soakProxy } = await import('./soak/proxy.mjs');
  console.log(await soakProxy({ seconds: Number(values.seconds) }));
}

/** The test that CI runs in short. */
function flap(times) {
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--silent'];
  const { status } = spawnSync(process.execPath, [...jest, 'test/connection/flapping'], {
    cwd: ROOT,
    env: { ...process.env, MCP_SOAK_FLAPS: times, MCP_GOVERNANCE_LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error('a controlplane that comes and goes: see above');
}

async function soak(store) {
  const folder = mkdtempSync(join(tmpdir(), 'audit-soak-'));
  const url = `file:${join(folder, `audit.${store}`)}`;
  const promises = new Promises();
  const opened = [];
  try {
    await fill(url, Number(values.events));
    for (let round = 1; round <= Number(values.rounds); round++) {
      await killOne(url, round, promises);
      opened.push(await look(url, promises));
    }
    const logger = new AuditLogger({ url, readOnly: true });
    const { ok, firstBad, count } = await logger.verify();
    await logger.close();
    if (!ok) throw new Error(`event ${firstBad.seq} ${firstBad.why}`);
    opened.sort((a, b) => a - b);
    console.log(
      `${store}: ${values.rounds} kills on a record of ${values.events} events and more; ${promises.summary}; all ${count} verify; ` +
        `opened in ${opened[opened.length >> 1]} ms (middle), ${opened.at(-1)} ms (longest)`,
    );
    if (opened.at(-1) > OPEN_WITHIN_MS) throw new Error(`opening took more than ${OPEN_WITHIN_MS} ms`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes events that are there before the first kill. */
async function fill(url, count) {
  const logger = new AuditLogger({ url });
  for (let at = 0; at < count;) {
    for (const end = Math.min(count, at + 50_000); at < end; at++) logger.write(eventOf(`before-${at}`));
    await logger.flush();
  }
  await logger.close();
}

/**
 * Starts a writer and kills it, mostly some time after its first promise, and now and then while it still opens the record;
 * what it printed before is what it was promised.
 */
async function killOne(url, round, promises) {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/soak/writer.mjs'), url, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (round % 5 === 0) setTimeout(() => child.kill('SIGKILL'), random() * 500);
  let said = '';
  await new Promise((resolve) => {
    child.stdout.on('data', (data) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), random() * 150);
      said += data;
    });
    child.on('close', resolve);
  });
  promises.made(said);
}

/** Opens the record as the next process would, and looks at what came since the last time; gives how long opening took. */
async function look(url, promises) {
  const logger = new AuditLogger({ url, required: true });
  const started = performance.now();
  await logger.lastSeq();
  const tookMs = Math.round(performance.now() - started);
  for await (const page of logger.scan({}, promises.seen)) promises.see(page);
  await logger.close();
  promises.check();
  return tookMs;
}
