// Kills a controlplane under mixed writes, again and again, and looks after each start whether everything that was
// answered is there.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Answered } from './answered.mjs';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const POSTGRES = process.env.TEST_POSTGRES_URL ?? 'postgres://root@127.0.0.1:5432/test';
const WRITERS = 8;
const LOOK_MS = 20;
const PATIENCE_MS = 20_000;

/** Kills so many times, and gives back what came of it in words. */
export async function soakControlplane(kind, kills, random) {
  const database = await (kind === 'postgres' ? postgresDatabase() : libsqlDatabase());
  const answered = new Answered();
  let service;
  try {
    const { Administration } = await import('../../dist/controlplane/index.js');
    const administration = await Administration.open({ databaseUrl: database.url, create: true });
    const { key } = await administration.keys.create('admin', 'admin', 'soak');
    const { key: door } = await administration.keys.create('door', 'admin', 'soak');
    await administration.close();
    for (let kill = 1; kill <= kills; kill++) {
      service = await start(database.url);
      await answered.check(asker(service.url, key));
      const [ask, asking] = [asker(service.url, key), asker(service.url, door)];
      const begun = new Set();
      const writers = Array.from({ length: WRITERS }, (_, index) => {
        const kind = KINDS[index % KINDS.length];
        return write(kind, { ask, door: asking, answered, name: `${kill}-${index}` }, () => begun.add(kind));
      });
      // On a slow machine a kill must not come before there is anything to lose.
      for (let waited = 0; begun.size < KINDS.length && waited < PATIENCE_MS; waited += LOOK_MS) await sleep(LOOK_MS);
      await sleep(50 + random() * 700);
      service.child.kill('SIGKILL');
      await service.ended;
      await Promise.all(writers);
    }
    service = await start(database.url);
    await answered.checkAll(asker(service.url, key));
    service.child.kill('SIGTERM');
    const code = await service.ended;
    if (code !== 0) throw new Error(`the service ended with ${code}`);
    return `${kind}: ${kills} kills; ${answered.summary}`;
  } finally {
    service?.child.kill('SIGKILL');
    await database.drop();
  }
}

/** One round of writes of each kind. */
const KINDS = [
  async ({ ask, answered, name }) => {
    const workflow_name = `mcp:soak:${name}`;
    const { id } = answered.policy(await ask('POST', '/waxell/v1/policies/', { workflow_name, action: 'block' }));
    answered.policy(await ask('PATCH', `/waxell/v1/policies/${id}/`, { reason: name }));
    if (name.endsWith('3')) answered.deleted(id, await ask('DELETE', `/waxell/v1/policies/${id}/`));
  },
  async ({ ask, door, answered, name }) => {
    const { id } = answered.approval(await door('POST', '/api/v1/approvals', question(name)));
    const body = { approved: !name.endsWith('3') };
    answered.approval(await ask('POST', `/api/v1/approvals/${id}/decision`, body));
  },
  async ({ door, answered, name }) => {
    const events = Array.from({ length: 10 }, event);
    answered.events(events, await door('POST', '/api/v1/audit', { events }));
    // As a door would that got no answer.
    if (name.endsWith('3')) answered.events(events, await door('POST', '/api/v1/audit', { events }));
  },
  async ({ ask, answered, name }) => {
    answered.key(await ask('POST', '/api/v1/keys', { name, role: 'viewer' }));
  },
];

/** Writes of one kind, one after the other, until the service is gone. */
async function write(round, writing, onRound) {
  try {
    for (let count = 0; ; count++) {
      await round({ ...writing, name: `${writing.name}-${count}` });
      onRound();
    }
  } catch (fault) {
    // fetch says no more than that: the service is gone.
    if (!(fault instanceof TypeError)) throw fault;
  }
}

async function start(databaseUrl) {
  const words = ['controlplane', '--port', '0', '--json', '--log-level', 'error', '--database-url', databaseUrl];
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const line = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (data) => {
      said += data;
      if (said.includes('\n')) resolve(said);
    });
    child.on('close', () => reject(new Error('the service did not start')));
  });
  return { url: JSON.parse(line).url, child, ended };
}

function asker(url, key) {
  return async (method, path, body) => {
    const headers = { 'x-wax-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const answer = await fetch(`${url}${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (answer.status >= 500) throw new Error(`${method} ${path} was answered with ${answer.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

function question(tool) {
  const principal = { agent: 'robot', user: 'ann' };
  return { id: randomUUID(), binding: 'a'.repeat(64), server: 'soak', tool, arguments: {}, principal, reason: '' };
}

function event() {
  return {
    ...{ id: randomUUID(), timestamp: new Date().toISOString(), agent: 'robot', user: 'ann', door: 'middleware' },
    ...{ server: 'soak', tool: 'write', method: 'tools/call: write', policyId: 'mcp:soak:write', action: 'allow' },
    ...{ policyDecision: 'allow', policyConflicts: [], findings: [], resultStatus: 'success', durationMs: 1 },
    ...{ governanceMs: 1, failedOpen: [] },
  };
}

async function libsqlDatabase() {
  const folder = mkdtempSync(join(tmpdir(), 'controlplane-soak-'));
  const drop = async () => rmSync(folder, { recursive: true, force: true });
  return { url: `file:${join(folder, 'controlplane.db')}`, drop };
}

async function postgresDatabase() {
  const { default: pg } = await import('pg');
  const schema = `mcp_soak_${randomUUID().replaceAll('-', '')}`;
  const run = async (query) => {
    const client = new pg.Client({ connectionString: POSTGRES });
    await client.connect();
    await client.query(query).finally(() => client.end());
  };
  await run(`CREATE SCHEMA ${schema}`);
  const url = `${POSTGRES}?options=${encodeURIComponent(`-c search_path=${schema}`)}`;
  return { url, drop: () => run(`DROP SCHEMA ${schema} CASCADE`) };
}
