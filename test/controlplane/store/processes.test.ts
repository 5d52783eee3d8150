import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidV7 } from '../../../src/audit/uuid-v7.js';
import { Administration } from '../../../src/controlplane/index.js';
import { eventOf } from '../audit/event.js';
import { type ServiceProcess, startProcess } from '../process.js';
import { type Ask, asker, POSTGRES_DATABASES, type TestDatabase, until } from '../service.js';

const POLICIES = '/waxell/v1/policies/';
const APPROVALS = '/api/v1/approvals';

const describePostgres = POSTGRES_DATABASES.length === 0 ? describe.skip : describe;

describePostgres('two processes on one PostgreSQL', () => {
  let database: TestDatabase;
  const processes: ServiceProcess[] = [];
  let administration: Administration;
  let asks: [one: Ask, two: Ask];
  let doors: [one: Ask, two: Ask];
  beforeAll(async () => {
    database = await POSTGRES_DATABASES[0]![1]();
    administration = await Administration.open({ databaseUrl: database.url, create: true });
    const admin = await administration.keys.create('admin', 'admin', 'test');
    const door = await administration.keys.create('door', 'agent', 'test');
    // At the same moment: both bring the tables up to date.
    processes.push(...(await Promise.all([1, 2].map(() => startProcess(database.url, '--log-level', 'error')))));
    const both = (key: string): [Ask, Ask] =>
      processes.map(({ url }) => asker(url, { 'x-wax-key': key })) as [Ask, Ask];
    asks = both(admin.key);
    doors = both(door.key);
  }, 60_000);
  afterAll(async () => {
    for (const { child } of processes) child.kill('SIGTERM');
    expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual([0, 0]);
    expect(processes.map(({ said }) => said.err)).toEqual(['', '']);
    await administration.close();
    await database.drop();
  }, 60_000);

  const question = (): object => ({
    ...{ id: uuidV7(Date.now()), binding: 'a'.repeat(64), server: 'files', tool: 'write', arguments: {}, reason: '' },
    principal: { agent: 'robot', user: 'ann' },
  });

  test('race to decide one approval: one is first, the other is told who was', async () => {
    for (let round = 0; round < 20; round++) {
      const { body } = await doors[0]('POST', APPROVALS, question());
      const waiting = doors[round % 2]!('GET', `${APPROVALS}/${body.id}?wait=30`);
      const answers = await Promise.all(
        asks.map((ask, index) => ask('POST', `${APPROVALS}/${body.id}/decision`, { approved: index === 0 })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const { state } = answers.find(({ status }) => status === 200)!.body;
      const told = answers.find(({ status }) => status === 409)!.body;
      expect(told).toMatchObject({ error: 'already_decided', decided_by: 'admin', state });
      expect((await waiting).body.state).toBe(state);
    }
  });

  test('race to use one approval: it is used once', async () => {
    const { body } = await doors[0]('POST', APPROVALS, question());
    await asks[1]('POST', `${APPROVALS}/${body.id}/decision`, { approved: true });
    const uses = await Promise.all(
      [...doors, ...doors].map((door) => door('POST', `${APPROVALS}/${body.id}/use`, { binding: 'a'.repeat(64) })),
    );
    expect(uses.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  test('race to edit one policy: one is first, the other gets 412 with the revision that it is at', async () => {
    const { body: made } = await asks[0]('POST', POLICIES, { workflow_name: 'mcp:race:t', action: 'allow' });
    let revision: number = made.revision;
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(
        asks.map((ask, index) =>
          ask('PATCH', `${POLICIES}${made.id}/`, { reason: `${round} ${index}` }, { 'if-match': `"${revision}"` }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      const won = answers.find(({ status }) => status === 200)!.body;
      const lost = answers.find(({ status }) => status === 412)!.body;
      expect([won.revision, lost.revision]).toEqual([revision + 1, revision + 1]);
      revision = won.revision;
    }
    const { changes } = (await asks[1]('GET', '/api/v1/changes?limit=1000')).body;
    expect(changes.map((each: { revision: number }) => each.revision)).toEqual(
      Array.from({ length: revision }, (_, index) => revision - index),
    );
  });

  test('a change at one decides at the other, whose stream tells of it, as of approvals', async () => {
    const gone = new AbortController();
    const { key } = await administration.keys.create('viewer', 'viewer', 'test');
    const stream = await fetch(`${processes[1]!.url}/api/v1/stream`, {
      headers: { 'x-wax-key': key },
      signal: gone.signal,
    });
    let told = '';
    const reading = (async () => {
      for await (const chunk of stream.body!) told += Buffer.from(chunk as Uint8Array).toString();
    })().catch(() => undefined);
    const { body } = await asks[0]('POST', POLICIES, { workflow_name: 'mcp:spread:t', action: 'block' });
    await until(() => told.includes(`data: {"revision":${body.revision}}`));
    const check = await doors[1]('POST', '/api/v1/observe/policy-check/', { workflow_name: 'mcp:spread:t' });
    expect(check.body).toMatchObject({ action: 'block', policy_id: body.id });
    const asked = question() as { id: string };
    await doors[0]('POST', APPROVALS, asked);
    await until(() => told.includes(asked.id));
    const [one, two] = await Promise.all(doors.map(async (door) => (await door('GET', '/api/v1/snapshot')).body));
    expect({ ...two, generated_at: '' }).toEqual({ ...one, generated_at: '' });
    gone.abort();
    await reading;
  });

  test('one batch of events that is sent to both at once is kept once', async () => {
    for (let round = 0; round < 5; round++) {
      const events = Array.from({ length: 50 }, () => eventOf({ tool: `batch_${round}` }));
      const answers = await Promise.all([...doors, ...doors].map((door) => door('POST', '/api/v1/audit', { events })));
      expect(answers.map(({ body }) => body.accepted as number).sort((a, b) => a - b)).toEqual([0, 0, 0, 50]);
    }
    expect((await asks[0]('GET', '/api/v1/audit/verify')).body).toMatchObject({ ok: true, count: 250 });
  });

  test('a key that is revoked at one is refused by the other', async () => {
    const { body } = await asks[0]('POST', '/api/v1/keys', { name: 'short', role: 'viewer' });
    const short = asker(processes[1]!.url, { 'x-wax-key': body.key });
    expect((await short('GET', '/api/v1/session')).status).toBe(200);
    await asks[0]('DELETE', `/api/v1/keys/${body.id}`);
    await until(async () => (await short('GET', '/api/v1/session')).status === 401);
  });
});
