import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/call/clock.js';
import { uuidV7 } from '../../../src/audit/uuid-v7.js';
import { Administration } from '../../../src/controlplane/index.js';
import { eventOf } from '../audit/event.js';
import { DATABASES, startService, type TestDatabase, type TestService } from '../service.js';

const DAY_MS = 86_400_000;
const AGES = { auditMaxAgeMs: DAY_MS, approvalMaxAgeMs: DAY_MS };

describe.each(DATABASES)('retention on %s', (_name, make) => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-retention-'));
  const auditKeyFile = join(folder, 'audit.key');
  let database: TestDatabase;
  let service: TestService;
  let ahead = 0;
  const clock = { ...systemClock, now: () => Date.now() + ahead };
  beforeAll(async () => {
    database = await make();
    service = await startService(database.url, { auditKeyFile, clock });
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('removes what is over and old; what is open, policies and keys stay, and the record goes on', async () => {
    const { ask } = service;
    const bob = await service.as('approver', 'bob');
    const events = [eventOf(), eventOf(), eventOf()];
    ahead = -2 * DAY_MS;
    await ask('POST', '/api/v1/audit', { events: events.slice(0, 2) });
    ahead = 0;
    await ask('POST', '/api/v1/audit', { events: events.slice(2) });
    await ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:a:b', action: 'block' });
    const asked = async (): Promise<string> => {
      const principal = { agent: 'robot', user: 'ann' };
      const question = { binding: 'a'.repeat(64), server: 's', tool: 't', arguments: {}, reason: '', principal };
      const week = 7 * DAY_MS;
      const { body } = await ask('POST', '/api/v1/approvals', {
        ...question,
        id: uuidV7(Date.now()),
        decide_within_ms: week,
      });
      return body.id as string;
    };
    const [settled, open] = [await asked(), await asked()];
    await bob('POST', `/api/v1/approvals/${settled}/decision`, { approved: false });

    const now = await Administration.open({ databaseUrl: database.url, auditKeyFile });
    expect(await now.removeOld(AGES)).toMatchObject({ approvals: 0, events: 2 });
    await now.close();
    const inTwoDays = { ...systemClock, now: () => Date.now() + 2 * DAY_MS };
    const later = await Administration.open({ databaseUrl: database.url, auditKeyFile, clock: inTwoDays });
    expect(await later.removeOld({ ...AGES, auditMaxAgeMs: undefined })).toMatchObject({ approvals: 1, events: 0 });
    await later.close();

    expect((await ask('GET', `/api/v1/approvals/${settled}`)).status).toBe(404);
    expect((await ask('GET', `/api/v1/approvals/${open}`)).body.state).toBe('pending');
    expect((await ask('GET', '/waxell/v1/policies/')).body.policies).toHaveLength(1);
    expect((await ask('GET', '/api/v1/audit')).body.events).toEqual([expect.objectContaining({ id: events[2]!.id })]);
    expect((await ask('POST', '/api/v1/audit', { events: [events[2]!, eventOf()] })).body).toEqual({
      accepted: 1,
      duplicates: 1,
    });
    expect((await ask('GET', '/api/v1/audit/verify')).body).toMatchObject({ ok: true, count: 2 });
  });

  test('goes by when an event came, whatever time its sender claims', async () => {
    const { ask } = service;
    const door = await service.as('agent');
    const recent = [eventOf(), eventOf()];
    await ask('POST', '/api/v1/audit', { events: recent });
    // As old as may be kept: none of these may take with them what came before.
    const claimed = Array.from({ length: 1000 }, (_, index) =>
      eventOf({ tool: 'claims', timestamp: new Date(Date.now() - DAY_MS + 600_000 + index).toISOString() }),
    );
    const tooOld = eventOf({ tool: 'claims', timestamp: '1980-01-01T00:00:00Z' });
    const tooNew = eventOf({ tool: 'claims', timestamp: '9999-01-01T00:00:00Z' });
    await door('POST', '/api/v1/audit', { events: claimed });
    await door('POST', '/api/v1/audit', { events: [tooOld, tooNew] });
    const remove = async (daysAhead: number): Promise<number> => {
      const then = { ...systemClock, now: () => Date.now() + daysAhead * DAY_MS };
      const later = await Administration.open({ databaseUrl: database.url, auditKeyFile, clock: then });
      const { events } = await later.removeOld(AGES);
      await later.close();
      return events;
    };
    const left = async (): Promise<number> => (await ask('GET', '/api/v1/audit/verify')).body.count as number;
    const before = await left();
    expect(await remove(0)).toBe(0);
    expect(await left()).toBe(before);
    expect((await ask('GET', '/api/v1/audit?tool=write_file')).body.events).toEqual(
      expect.arrayContaining(recent.map(({ id }) => expect.objectContaining({ id }))),
    );
    expect(await remove(2)).toBe(before);
    expect(await left()).toBe(0);
  });
});
