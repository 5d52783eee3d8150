import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { AuditLogger } from '../../../src/audit/audit-logger.js';
import { systemClock } from '../../../src/call/clock.js';
import { writeBackup } from '../../../src/controlplane/administration/write-backup.js';
import { openStore } from '../../../src/controlplane/store/open-store.js';
import { Administration } from '../../../src/controlplane/index.js';
import { uuidV7 } from '../../../src/audit/uuid-v7.js';
import { eventOf } from '../audit/event.js';
import { asker, DATABASES, startService, type TestDatabase, type TestService } from '../service.js';

describe.each(DATABASES)('a backup of %s', (_name, make) => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-governance-backup-'));
  const file = join(folder, 'backup.jsonl');
  let database: TestDatabase;
  let service: TestService;
  let key: string;
  beforeAll(async () => {
    database = await make();
    service = await startService(database.url);
    const { ask } = service;
    ({ key } = await service.controlplane.createKey('ann', 'admin'));
    const { body } = await ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:a:b', action: 'block' });
    await ask('PATCH', `/waxell/v1/policies/${body.id}/`, { reason: 'second' });
    await ask('PUT', '/api/v1/servers/crm/tools', { tools: [{ name: 'list', action: 'allow' }] });
    await ask('POST', '/api/v1/audit', { events: Array.from({ length: 30 }, () => eventOf()) });
    const approval = {
      ...{ id: uuidV7(Date.now()), binding: 'a'.repeat(64), server: 'a', tool: 'b', arguments: {}, reason: '' },
      principal: { agent: 'r', user: 'u' },
    };
    await ask('POST', '/api/v1/approvals', approval);
    const here = await Administration.open({ databaseUrl: database.url });
    await here.backup(file);
    await here.close();
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('holds no transaction while the record is read, which may take longer than one may rest', async () => {
    const store = await openStore(database.url, systemClock, () => undefined);
    const seen: number[] = [];
    const record = {
      // A writer would wait for a transaction on the one connection of a file; on PostgreSQL it would be seen.
      async *scan() {
        await store.db.updateTable('fleet').set({ id: 1 }).execute();
        const resting = sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
          where state = 'idle in transaction' and query like '%approvals%'`;
        seen.push(store.kind === 'postgres' ? ((await resting.execute(store.db)).rows[0]?.n ?? 0) : 0);
        yield [];
      },
    } as unknown as AuditLogger;
    await writeBackup(join(folder, 'other.jsonl'), store, record, systemClock);
    await store.close();
    expect(seen).toEqual([0]);
  });

  test('is for its owner only and holds no key', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(key.slice('wax_sk_'.length));
  });

  test.each(DATABASES)(
    'brings everything back on %s, with a later revision and nothing left open',
    async (_to, makeOther) => {
      const other = await makeOther();
      const there = await Administration.open({ databaseUrl: other.url, create: true });
      const revision: number = (await service.ask('GET', '/api/v1/snapshot')).body.revision;
      expect(await there.restore(file)).toMatchObject({ revision: revision + 1000, events: 30, sameRecord: true });
      await expect(there.restore(file)).rejects.toThrow(/not empty/);
      await there.close();
      const restored = await startService(other.url);
      const ann = asker(restored.url, { 'x-wax-key': key });
      const both = async (path: string): Promise<[unknown, unknown]> => [
        (await ann('GET', path)).body,
        (await service.ask('GET', path)).body,
      ];
      const [policies, before] = await both('/waxell/v1/policies/');
      expect(policies).toMatchObject({ policies: (before as { policies: object[] }).policies });
      const id = (before as { policies: { id: string }[] }).policies[0]!.id;
      expect(...(await both(`/waxell/v1/policies/${id}/history/`).then(([a]) => [a] as const))).toMatchObject({
        history: [{ policy: { reason: 'second' } }, { policy: { reason: null } }],
      });
      expect((await ann('GET', '/api/v1/snapshot')).body.layers).toEqual(
        (await service.ask('GET', '/api/v1/snapshot')).body.layers,
      );
      expect((await ann('GET', '/api/v1/approvals')).body.approvals).toEqual([
        expect.objectContaining({ state: 'expired' }),
      ]);
      const [events, eventsBefore] = await both('/api/v1/audit?limit=100');
      expect(events).toEqual(eventsBefore);
      expect((await ann('GET', '/api/v1/audit/verify')).body).toMatchObject({ ok: true, count: 30 });
      const [first] = (eventsBefore as { events: Record<string, unknown>[] }).events;
      const { seq: _s, hash: _h, previousHash: _p, receivedAt: _r, reportedBy: _b, ...again } = first!;
      expect((await ann('POST', '/api/v1/audit', { events: [again] })).body).toEqual({ accepted: 0, duplicates: 1 });
      const made = await ann('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:c:d', action: 'allow' });
      expect(made.body.revision).toBe(revision + 1001);
      await restored.stop();
      await other.drop();
    },
  );

  test('that is damaged, cut off or none is refused, and nothing is changed', async () => {
    const text = readFileSync(file, 'utf8');
    const lines = text.trimEnd().split('\n');
    const bad = [
      '',
      'hello',
      '{}',
      lines.slice(0, -1).join('\n'),
      [...lines.slice(0, 3), ...lines.slice(4)].join('\n'),
      text.replace('"block"', '"allow"'),
      text.replace('"version":1', '"version":2'),
    ];
    const other = await make();
    const there = await Administration.open({ databaseUrl: other.url, create: true });
    for (const each of bad) {
      const damaged = join(folder, 'damaged.jsonl');
      writeFileSync(damaged, each);
      await expect(there.restore(damaged)).rejects.toThrow(/backup/);
    }
    await expect(there.restore(join(folder, 'nothing'))).rejects.toThrow('The backup cannot be read (ENOENT).');
    expect(await there.keys.list()).toEqual([]);
    expect(await there.restore(file)).toMatchObject({ events: 30 });
    await there.close();
    await other.drop();
  });
});
