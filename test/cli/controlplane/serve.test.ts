import { afterAll, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceProcess, startProcess } from '../../controlplane/process.js';
import { itWithRedis } from '../../rate-limit/support.js';

const itRedis = await itWithRedis();

const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-serve-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a service on a file of ours. */
async function serve(database: string, ...flags: string[]): Promise<ServiceProcess> {
  const started = await startProcess(`file:${join(folder, database)}`, ...flags);
  children.push(started.child);
  return started;
}

test('the first start prints a link for an administrator; SIGTERM lets what is under way end', async () => {
  const { url, adminLink, child, said, ended } = await serve('first.db', '--log-level', 'debug');
  const login = await fetch(adminLink!, { redirect: 'manual' });
  expect(login.status).toBe(303);
  const cookie = login.headers.get('set-cookie')!.split(';')[0]!;
  expect(await (await fetch(`${url}/api/v1/session`, { headers: { cookie } })).json()).toMatchObject({ role: 'admin' });
  const stream = await fetch(`${url}/api/v1/stream`, { headers: { cookie } });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(await stream.text()).toContain('event: revision');
  const log = said.err.trim().split('\n');
  expect(log.map((each) => JSON.parse(each).msg)).toContain('answered');
  for (const secret of [cookie.split('=')[1]!, new URL(adminLink!).searchParams.get('token')!]) {
    expect(said.err).not.toContain(secret);
  }
  const again = await serve('first.db', '--log-level', 'silent');
  expect(again.adminLink).toBeNull();
  again.child.kill('SIGINT');
  expect(await again.ended).toBe(0);
  expect(again.said.err).toBe('');
}, 30_000);

test('bound beyond this machine without https, it warns', async () => {
  const open = await serve('open.db', '--host', '0.0.0.0', '--log-level', 'silent');
  const behind = await serve(
    'behind.db',
    '--host',
    '0.0.0.0',
    '--public-url',
    'https://governance.example',
    '--log-level',
    'silent',
  );
  expect(behind.adminLink).toMatch(/^https:\/\/governance\.example\/login\?token=/);
  for (const { child } of [open, behind]) child.kill('SIGTERM');
  expect(await open.ended).toBe(0);
  expect(open.said.err).toMatch(/^WARNING: bound to 0\.0\.0\.0 without an https --public-url/);
  await behind.ended;
  expect(behind.said.err).toBe('');
}, 30_000);

test('a port that is taken and a database that cannot be opened end it with 1, in words', async () => {
  const { url, child, ended } = await serve('one.db');
  const { port } = new URL(url);
  await expect(serve('two.db', '--port', port)).rejects.toThrow(/EADDRINUSE/);
  await expect(serve('missing/folder.db')).rejects.toThrow(/The database file cannot be opened \(ENOENT\)/);
  await expect(serve('x.db', '--database-url', 'postgres://u:secret@127.0.0.1:1/x')).rejects.toThrow(
    /^mcp-governance controlplane: PostgreSQL cannot be reached \(ECONNREFUSED\)/,
  );
  child.kill('SIGTERM');
  await ended;
}, 30_000);

itRedis(
  'two processes with one --redis-url count wrong keys together, by the address a named proxy tells',
  async () => {
    const flags = [
      '--redis-url',
      'redis://127.0.0.1:6379/11',
      '--trust-proxy',
      'loopback, 192.0.2.1',
      '--log-level',
      'silent',
    ];
    const services = [await serve('one.db', ...flags), await serve('two.db', ...flags)];
    const from = `198.19.${[...randomBytes(2)].join('.')}`;
    const statuses: number[] = [];
    for (let each = 0; each < 36; each += 1) {
      const headers = { 'x-forwarded-for': from, 'x-wax-key': `wrong-${each}` };
      statuses.push((await fetch(`${services[each % 2]!.url}/api/v1/session`, { headers })).status);
    }
    expect(statuses).toEqual([...new Array<number>(30).fill(401), ...new Array<number>(6).fill(429)]);
    for (const { child, ended } of services) {
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  },
  30_000,
);

test.each([
  ['--redis-url', 'redis://:s3cret@127.0.0.1/x'],
  ['--trust-proxy', 'everybody'],
])('%s %s is refused, and not quoted', async (...flags) => {
  const fault: unknown = await serve('never.db', ...flags).catch((reason: unknown) => reason);
  expect(String(fault)).toMatch(/The option (redisUrl|trustProxy\.0) of the controlplane cannot be right/);
  expect(String(fault)).not.toContain(flags[1]);
});
