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
  beforeAll(async () => {
    database = await make();
    service = await startService(database.url, { auditKeyFile });
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('removes what is over and old; what is open, policies and keys stay, and the record goes on', async () => {
    const { ask } = service;
    const bob = await service.as('approver', 'bob');
    const old = new Date(Date.now() - 2 * DAY_MS).toISOString();
    const events = [eventOf({ timestamp: old }), eventOf({ timestamp: old }), eventOf()];
    await ask('POST', '/api/v1/audit', { events });
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
    const clock = { ...systemClock, now: () => Date.now() + 2 * DAY_MS };
    const later = await Administration.open({ databaseUrl: database.url, auditKeyFile, clock });
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
});
