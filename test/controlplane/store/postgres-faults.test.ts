import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import {
  type Answer,
  type Ask,
  POSTGRES_DATABASES,
  startService,
  type TestDatabase,
  type TestService,
  until,
} from '../service.js';

const POLICIES = '/waxell/v1/policies/';
const describePostgres = POSTGRES_DATABASES.length === 0 ? describe.skip : describe;

/** While PostgreSQL is away every request that needs it answers 503; nothing else, and nothing hangs. */
const MODE = [200, 201, 503];

describePostgres('PostgreSQL that fails', () => {
  let database: TestDatabase;
  let service: TestService;
  let outside: pg.Client;
  let ask: Ask;
  /** Names the connections of this suite and no other's. */
  const application = `mcp_test_${process.pid}`;
  beforeEach(async () => {
    database = await POSTGRES_DATABASES[0]![1]();
    service = await startService(`${database.url}&application_name=${application}`);
    outside = new pg.Client({ connectionString: database.url });
    await outside.connect();
    ask = service.ask;
  });
  afterEach(async () => {
    await outside.end();
    await service.stop();
    await database.drop();
  });

  const terminate = async (): Promise<number> => {
    const query = 'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1';
    return (await outside.query(query, [application])).rowCount ?? 0;
  };
  const create = (name: string): Promise<Answer> =>
    ask('POST', POLICIES, { workflow_name: `mcp:kill:${name}`, action: 'block' });

  test('its backends killed again and again: 503 meanwhile, nothing acknowledged is lost, no restart', async () => {
    const kept: string[] = [];
    const statuses = new Set<number>();
    let stop = false;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let count = 0; !stop; count++) {
        const { status, body } = await create(`${writer}-${count}`);
        statuses.add(status);
        if (status === 201) kept.push(body.id as string);
      }
    });
    let killed = 0;
    for (let round = 0; round < 10; round++) {
      const before = kept.length;
      await until(() => kept.length > before + 5);
      killed += await terminate();
    }
    stop = true;
    await Promise.all(writers);
    expect(killed).toBeGreaterThan(10);
    expect([...statuses].filter((status) => !MODE.includes(status))).toEqual([]);
    await until(async () => (await ask('GET', '/readyz')).status === 200);
    const ids = new Set<string>();
    for (let cursor = ''; ;) {
      const { body } = await ask('GET', `${POLICIES}?limit=1000${cursor}`);
      for (const { id } of body.policies as { id: string }[]) ids.add(id);
      if (body.cursor === null) break;
      cursor = `&cursor=${body.cursor}`;
    }
    expect(kept.filter((id) => !ids.has(id))).toEqual([]);
    const { changes } = (await ask('GET', '/api/v1/changes?limit=1000')).body as { changes: { revision: number }[] };
    const newest = changes[0]!.revision;
    expect(changes.map(({ revision }) => revision)).toEqual(changes.map((_, index) => newest - index));
  }, 60_000);

  test('what listens is made anew: changes of another process still arrive', async () => {
    await terminate();
    const other = await startService(database.url);
    const { body } = await other.ask('POST', POLICIES, { workflow_name: 'mcp:after:t', action: 'block' });
    await until(async () => (await ask('GET', '/api/v1/snapshot')).body.revision >= body.revision);
    await until(async () => {
      const check = await ask('POST', '/api/v1/observe/policy-check/', { workflow_name: 'mcp:after:t' });
      return check.body.action === 'block';
    });
    await other.stop();
  }, 30_000);

  test('audit batches: what was answered is there once, and what was not may be sent again', async () => {
    const { eventOf } = await import('../audit/event.js');
    const door = await service.as('agent');
    const events: { id: string }[][] = [];
    for (let round = 0; round < 12; round++) {
      const batch = Array.from({ length: 20 }, () => eventOf());
      events.push(batch);
      const sent = door('POST', '/api/v1/audit', { events: batch });
      if (round % 2 === 0) await terminate();
      let { status } = await sent;
      for (; status !== 200; { status } = await door('POST', '/api/v1/audit', { events: batch }))
        expect(status).toBe(503);
    }
    const found = (await ask('GET', '/api/v1/audit?limit=1000')).body.events.map(({ id }: { id: string }) => id);
    expect(found.sort()).toEqual(
      events
        .flat()
        .map(({ id }) => id)
        .sort(),
    );
  }, 60_000);

  test('no connection to be had: 503 and nothing else, and all is well once there are some', async () => {
    const role = `mcp_few_${process.pid}`;
    const schema = new URL(database.url).searchParams.get('options')!.split('=')[1]!;
    await outside.query(`CREATE ROLE ${role} LOGIN CONNECTION LIMIT 4`);
    await outside.query(`GRANT ALL ON SCHEMA ${schema} TO ${role}`);
    await outside.query(`GRANT ALL ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
    const url = new URL(database.url);
    url.username = role;
    const few = await startService(url.href);
    const hogs = Array.from({ length: 4 }, () => new pg.Client({ connectionString: url.href }));
    const hogged = await Promise.allSettled(hogs.map((hog) => hog.connect()));
    expect(hogged.map(({ status }) => status)).toContain('rejected');
    const crowd = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        few.ask('POST', POLICIES, { workflow_name: `mcp:few:t${index}`, action: 'block' }),
      ),
    );
    const statuses = crowd.map(({ status }) => status);
    expect(statuses.filter((status) => !MODE.includes(status))).toEqual([]);
    expect(statuses).toContain(503);
    await Promise.all(hogs.map((hog, index) => (hogged[index]!.status === 'fulfilled' ? hog.end() : undefined)));
    await until(
      async () => (await few.ask('POST', POLICIES, { workflow_name: 'mcp:few:last', action: 'block' })).status === 201,
    );
    await few.stop();
    await outside.query(`DROP OWNED BY ${role}`);
    await outside.query(`DROP ROLE ${role}`);
  }, 60_000);
});
