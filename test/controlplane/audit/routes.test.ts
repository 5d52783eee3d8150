import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import pg from 'pg';
import { type Ask, asker, DATABASES, startService, type TestDatabase, type TestService } from '../service.js';
import { eventOf } from './event.js';

/** Makes a record take no events until it is mended. */
async function breakRecord(url: string): Promise<{ mend(): Promise<void> }> {
  if (url.startsWith('file:')) {
    const db = new Database(`${url.slice('file:'.length)}.audit.db`);
    db.exec('CREATE TRIGGER full BEFORE INSERT ON audit_events BEGIN SELECT 1; END');
    return {
      mend: async () => {
        db.exec('DROP TRIGGER full');
        db.close();
      },
    };
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$`);
  await client.query('CREATE TRIGGER full_disk BEFORE INSERT ON audit_events EXECUTE FUNCTION full_disk()');
  return {
    mend: async () => {
      await client.query('DROP TRIGGER full_disk ON audit_events');
      await client.end();
    },
  };
}

describe.each(DATABASES)('audit events on %s', (_name, make) => {
  let database: TestDatabase;
  let service: TestService;
  let door: Ask;
  beforeAll(async () => {
    database = await make();
    service = await startService(database.url);
    door = await service.as('agent');
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  test('are kept once, however often they are sent, and found again', async () => {
    const events = Array.from({ length: 5 }, () => eventOf());
    const first = await door('POST', '/api/v1/audit', { events });
    expect([first.status, first.body]).toEqual([200, { accepted: 5, duplicates: 0 }]);
    const more = [
      ...events,
      eventOf({ tool: 'drop_table', action: 'block', policyDecision: 'block', resultStatus: 'blocked' }),
    ];
    const answers = await Promise.all([1, 2, 3].map(() => door('POST', '/api/v1/audit', { events: more })));
    expect(answers.map(({ body }) => body.accepted).sort()).toEqual([0, 0, 1]);
    const { events: found } = (await service.ask('GET', '/api/v1/audit?limit=100')).body;
    expect(found.map(({ id }: { id: string }) => id).sort()).toEqual(more.map(({ id }) => id).sort());
    const blocked = (await service.ask('GET', '/api/v1/audit?status=blocked')).body.events;
    expect(blocked).toEqual([expect.objectContaining({ tool: 'drop_table', agent: 'robot' })]);
    const page = (await service.ask('GET', '/api/v1/audit?limit=4')).body;
    expect((await service.ask('GET', `/api/v1/audit?limit=4&cursor=${page.cursor}`)).body.events).toHaveLength(2);
    expect((await service.ask('GET', '/api/v1/audit?cursor=nonsense')).status).toBe(400);
    expect((await service.ask('GET', '/api/v1/audit/verify')).body).toMatchObject({ ok: true, count: 6 });
    expect((await door('POST', '/api/v1/audit', { events: [eventOf({ secret: 1 })] })).body.message).toMatch(
      /"secret"/,
    );
  });

  test('are kept with when they came and the key that sent them, which no sender can say itself', async () => {
    const { key, id } = await service.controlplane.createKey('laptop', 'agent');
    const laptop = asker(service.url, { 'x-wax-key': key });
    const claim = { tool: 'pay', policyDecision: 'approved_by_user', humanDecision: 'approved', approver: 'the boss' };
    const before = new Date().toISOString();
    expect((await laptop('POST', '/api/v1/audit', { events: [eventOf(claim)] })).body.accepted).toBe(1);
    const [kept] = (await service.ask('GET', '/api/v1/audit?tool=pay')).body.events;
    expect(kept).toMatchObject({ ...claim, reportedBy: { keyId: id, name: 'laptop' } });
    expect(kept.receivedAt >= before && kept.receivedAt <= new Date().toISOString()).toBe(true);
    for (const own of [{ reportedBy: { keyId: null, name: 'the boss' } }, { receivedAt: before }]) {
      expect((await laptop('POST', '/api/v1/audit', { events: [eventOf(own)] })).status).toBe(400);
    }
    expect((await service.ask('GET', '/api/v1/audit/verify')).body.ok).toBe(true);
  });

  test('are kept with their time in UTC, and with none that is yet to come', async () => {
    const offset = eventOf({ tool: 'offset', timestamp: '2026-01-01T00:30:00+14:00' });
    const future = eventOf({ tool: 'future', timestamp: '9999-12-31T23:59:59-14:00' });
    expect((await door('POST', '/api/v1/audit', { events: [offset, future] })).body.accepted).toBe(2);
    const found = async (query: string): Promise<{ timestamp: string; receivedAt: string }[]> =>
      (await service.ask('GET', `/api/v1/audit?${query}`)).body.events;
    expect(await found('tool=offset&until=2025-12-31T12:00:00Z')).toHaveLength(1);
    expect(await found('tool=offset&since=2025-12-31T12:00:00Z')).toHaveLength(0);
    const [kept] = await found('tool=future');
    expect(kept?.timestamp).toBe(kept?.receivedAt);
  });

  test('are kept once where the record took them not at first', async () => {
    const event = eventOf({ tool: 'once' });
    const broken = await breakRecord(database.url);
    for (let attempt = 0; attempt < 3; attempt++) {
      expect((await door('POST', '/api/v1/audit', { events: [event] })).status).toBe(503);
    }
    await broken.mend();
    expect((await door('POST', '/api/v1/audit', { events: [event] })).body).toEqual({ accepted: 1, duplicates: 0 });
    expect((await door('POST', '/api/v1/audit', { events: [event] })).body).toEqual({ accepted: 0, duplicates: 1 });
    const shouted = { ...event, id: event.id.toUpperCase() };
    expect((await door('POST', '/api/v1/audit', { events: [shouted] })).body).toEqual({ accepted: 0, duplicates: 1 });
    expect((await service.ask('GET', '/api/v1/audit?tool=once')).body.events).toHaveLength(1);
  });

  test('show what a draft would have done to them', async () => {
    const text = 'rules:\n  - name: no_drops\n    match: { tool: "write_*" }\n    action: review\n';
    const editor = await service.as('editor', 'otto');
    const many = await Promise.all(Array.from({ length: 12 }, () => editor('POST', '/api/v1/preview', { text })));
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect((await editor('POST', '/api/v1/preview', { text: '#'.repeat(256 * 1024 + 1) })).status).toBe(400);
    expect((await (await service.as('viewer'))('POST', '/api/v1/preview', { text })).status).toBe(403);
    const { body } = await service.ask('POST', '/api/v1/preview', { text });
    expect(body.flips).toContainEqual(
      expect.objectContaining({
        server: 'files',
        tool: 'write_file',
        from: 'allow',
        to: 'review',
        rule: 'no_drops',
        count: 5,
      }),
    );
  });
});
