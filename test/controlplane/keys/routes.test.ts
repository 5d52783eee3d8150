import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { createControlplane } from '../../../src/controlplane/index.js';
import { systemClock } from '../../../src/call/clock.js';
import { asker, libsqlDatabase, QUIET, startService, type TestDatabase, type TestService } from '../service.js';

const POLICIES = '/waxell/v1/policies/';
const POLICY = { workflow_name: 'mcp:a:b', action: 'allow' };

describe('keys and sessions', () => {
  let database: TestDatabase;
  let service: TestService;
  /** The machine's clock, put forward by so much: what runs by timers goes on as it does. */
  let forward = 0;
  const clock = { ...systemClock, now: () => Date.now() + forward };
  beforeAll(async () => {
    database = await libsqlDatabase();
    service = await startService(database.url, { clock });
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  const cookieOf = (headers: Headers): string => headers.get('set-cookie')!.split(';')[0]!;
  const open = async (): Promise<{ cookie: string; csrf: string }> => {
    const { key } = await service.controlplane.createKey('ann', 'editor');
    const { headers, body } = await asker(service.url)('POST', '/api/v1/session', { key });
    return { cookie: cookieOf(headers), csrf: body.csrf_token };
  };

  test('a key is shown once; its hash is all that is kept', async () => {
    const { body } = await service.ask('POST', '/api/v1/keys', { name: 'door', role: 'agent' });
    expect(body.key).toMatch(/^wax_sk_[\w-]{43}$/);
    const { keys } = (await service.ask('GET', '/api/v1/keys')).body;
    expect(keys.find(({ id }: { id: string }) => id === body.id)).toMatchObject({
      name: 'door',
      role: 'agent',
      last_used_at: null,
    });
    await asker(service.url, { 'x-wax-key': body.key })('GET', '/api/v1/session');
    const after = (await service.ask('GET', '/api/v1/keys')).body.keys.find(({ id }: { id: string }) => id === body.id);
    expect(after.last_used_at).toMatch(/^20\d\d-/);
    const { cookie } = await open();
    const raw = new Database(database.url.slice('file:'.length));
    const everything = JSON.stringify(
      ['api_keys', 'sessions', 'login_links'].map((t) => raw.prepare(`select * from ${t}`).all([])),
    );
    raw.close();
    expect(everything).not.toContain(body.key);
    expect(everything).not.toContain(body.key.slice('wax_sk_'.length));
    expect(everything).not.toContain(cookie.split('=')[1]);
    expect(everything).not.toContain(new URL(service.adminLink ?? 'http://x?token=none').searchParams.get('token'));
  });

  test('a session is a cookie no page can read, and changes need its token', async () => {
    const { key } = await service.controlplane.createKey('bob', 'editor');
    const opened = await asker(service.url)('POST', '/api/v1/session', { key });
    expect(opened.headers.get('set-cookie')).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    const bob = asker(service.url, { cookie: cookieOf(opened.headers) });
    expect((await bob('GET', '/api/v1/session')).body).toMatchObject({ name: 'bob', role: 'editor' });
    expect((await bob('POST', POLICIES, POLICY)).body.error).toBe('csrf');
    expect((await bob('POST', POLICIES, POLICY, { 'x-csrf-token': 'wrong' })).body.error).toBe('csrf');
    const { csrf_token } = (await bob('GET', '/api/v1/session')).body;
    expect(csrf_token).toBe(opened.body.csrf_token);
    const made = await bob('POST', POLICIES, POLICY, { 'x-csrf-token': csrf_token });
    expect(made.body.created_by).toBe('bob');
    expect((await bob('DELETE', '/api/v1/session', undefined, { 'x-csrf-token': csrf_token })).status).toBe(204);
    expect((await bob('GET', '/api/v1/session')).status).toBe(401);
  });

  test('a session ends with its key, and by itself after twelve hours', async () => {
    const one = await open();
    const ann = asker(service.url, { cookie: one.cookie });
    const { keys } = (await service.ask('GET', '/api/v1/keys')).body;
    await service.ask('DELETE', `/api/v1/keys/${keys.at(-1).id}`);
    expect((await ann('GET', '/api/v1/session')).status).toBe(401);
    const other = asker(service.url, { cookie: (await open()).cookie });
    expect((await other('GET', '/api/v1/session')).status).toBe(200);
    forward += 12 * 3_600_000;
    expect((await other('GET', '/api/v1/session')).status).toBe(401);
  });

  test('a key that another process revoked opens no session, and ends one that was opened meanwhile', async () => {
    const { id, key } = await service.controlplane.createKey('thief', 'admin');
    const opened = await asker(service.url)('POST', '/api/v1/session', { key });
    const thief = asker(service.url, { cookie: cookieOf(opened.headers) });
    const raw = new Database(database.url.slice('file:'.length));
    raw.prepare('update api_keys set revoked_at = ? where id = ?').run(['2026-01-01T00:00:00.000Z', id]);
    raw.close();
    expect((await asker(service.url)('POST', '/api/v1/session', { key })).body.error).toBe('unauthorized');
    expect((await thief('GET', '/api/v1/session')).status).toBe(401);
  });

  test('a link logs in once, within a day', async () => {
    const { body } = await service.ask('POST', '/api/v1/links', { name: 'carl', role: 'approver' });
    const path = new URL(body.link).pathname + new URL(body.link).search;
    const first = await asker(service.url)('GET', path);
    expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
    const carl = asker(service.url, { cookie: cookieOf(first.headers) });
    expect((await carl('GET', '/api/v1/session')).body).toMatchObject({ name: 'carl', role: 'approver' });
    expect((await asker(service.url)('GET', path)).body.error).toBe('link_used');
    const late = (await service.ask('POST', '/api/v1/links', { name: 'dora', role: 'viewer' })).body.link;
    forward += 24 * 3_600_000;
    const token = new URL(late).searchParams.get('token');
    expect((await asker(service.url)('POST', '/api/v1/session', { link: token })).body.error).toBe('link_used');
  });

  test('links, and the sessions they opened, end with the key that made them', async () => {
    const admin = await service.controlplane.createKey('admin of a day', 'admin');
    const make = async (): Promise<string> => {
      const asked = asker(service.url, { 'x-wax-key': admin.key });
      const { link } = (await asked('POST', '/api/v1/links', { name: 'eve', role: 'admin' })).body;
      return new URL(link).pathname + new URL(link).search;
    };
    const [used, unused] = [await make(), await make()];
    const { headers } = await asker(service.url)('GET', used);
    const eve = asker(service.url, { cookie: cookieOf(headers) });
    expect((await eve('GET', '/api/v1/session')).status).toBe(200);
    await service.ask('DELETE', `/api/v1/keys/${admin.id}`);
    expect((await eve('GET', '/api/v1/session')).status).toBe(401);
    expect((await asker(service.url)('GET', unused)).body.error).toBe('link_used');
  });

  test('the first start links an administrator in; once somebody got in, no start does', async () => {
    const fresh = await libsqlDatabase();
    const start = async (): Promise<{ link: string | undefined; stop: () => Promise<void> }> => {
      const controlplane = await createControlplane({ databaseUrl: fresh.url, ...QUIET });
      const { adminLink } = await controlplane.start();
      return { link: adminLink, stop: () => controlplane.stop() };
    };
    const first = await start();
    await first.stop();
    const second = await start();
    const old = new URL(first.link!);
    expect((await fetch(new URL(old.pathname + old.search, second.link), { redirect: 'manual' })).status).toBe(401);
    const answer = await fetch(second.link!, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    await second.stop();
    const third = await start();
    expect(third.link).toBeUndefined();
    await third.stop();
    await fresh.drop();
  });
});
