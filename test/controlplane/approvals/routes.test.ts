import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/call/clock.js';
import { uuidV7 } from '../../../src/audit/uuid-v7.js';
import {
  type Answer,
  type Ask,
  asker,
  DATABASES,
  startService,
  type TestDatabase,
  type TestService,
} from '../service.js';

const PATH = '/api/v1/approvals';
const BINDING = 'a'.repeat(64);

const question = (more: object = {}): { readonly [member: string]: unknown } => ({
  id: uuidV7(Date.now()),
  binding: BINDING,
  server: 'files',
  tool: 'write_file',
  arguments: { path: '/tmp/a' },
  principal: { agent: 'robot', user: 'ann' },
  reason: 'writes need a person',
  rule_name: '<tools>',
  ...more,
});

describe.each(DATABASES)('approvals on %s', (_name, make) => {
  let database: TestDatabase;
  let service: TestService;
  let door: Ask;
  let otherDoor: Ask;
  let bob: Ask;
  let carl: Ask;
  let forward = 0;
  const clock = { ...systemClock, now: () => Date.now() + forward };
  beforeAll(async () => {
    database = await make();
    service = await startService(database.url, { clock });
    door = await service.as('agent', 'door');
    otherDoor = await service.as('agent', 'other door');
    bob = await service.as('approver', 'bob');
    carl = await service.as('approver', 'carl');
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  const askFor = async (more: object = {}): Promise<string> =>
    (await door('POST', PATH, question(more))).body.id as string;
  const decide = (who: Ask, id: string, body: object): Promise<Answer> => who('POST', `${PATH}/${id}/decision`, body);

  test('who waits is told within the long poll; an approval is good once, for the call it was given for', async () => {
    const id = await askFor();
    const waiting = door('GET', `${PATH}/${id}?wait=30`);
    expect((await bob('GET', `${PATH}?state=pending`)).body.approvals).toContainEqual(
      expect.objectContaining({ id, state: 'pending', decided_by: null }),
    );
    expect((await decide(bob, id, { approved: true })).body).toMatchObject({ state: 'approved', decided_by: 'bob' });
    expect((await waiting).body).toMatchObject({ id, state: 'approved', decided_by: 'bob' });
    const use = (who: Ask, binding = BINDING): Promise<Answer> => who('POST', `${PATH}/${id}/use`, { binding });
    expect((await use(door, 'b'.repeat(64))).body.error).toBe('conflict');
    expect((await use(otherDoor)).body.error).toBe('not_found');
    expect((await use(service.ask)).body.error).toBe('conflict');
    const uses = await Promise.all([use(door), use(door), use(door)]);
    expect(uses.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await door('GET', `${PATH}/${id}`)).body.state).toBe('consumed');
  });

  test('first come, first served: the other is told who was first', async () => {
    const id = await askFor();
    const answers = await Promise.all([
      decide(bob, id, { approved: true }),
      decide(carl, id, { approved: false }),
      decide(service.ask, id, { approved: false }),
    ]);
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    for (const { status, body } of answers.filter((each) => each !== won[0])) {
      expect([status, body.error, body.decided_by]).toEqual([409, 'already_decided', won[0]!.body.decided_by]);
    }
  });

  test('asking twice with one id is asking once, also at the same moment; the id of another question is taken', async () => {
    const same = question();
    const answers = await Promise.all([1, 2, 3].map(() => door('POST', PATH, same)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.requested_at)).size).toBe(1);
    expect((await door('POST', PATH, { ...same, binding: 'b'.repeat(64) })).status).toBe(409);
    expect((await otherDoor('POST', PATH, same)).status).toBe(409);
  });

  test('nobody decides on what they asked, and named approvers alone where some are named', async () => {
    const annsKey = await service.as('approver', 'ANN ');
    const own = await askFor();
    expect((await decide(annsKey, own, { approved: true })).body.error).toBe('not_an_approver');
    const adminAsks = (await service.ask('POST', PATH, question())).body.id as string;
    expect((await decide(service.ask, adminAsks, { approved: true })).body.error).toBe('not_an_approver');
    const named = await askFor({ approvers: ['carl'] });
    expect((await decide(bob, named, { approved: true })).body.error).toBe('not_an_approver');
    expect((await decide(carl, named, { approved: false })).body).toMatchObject({ state: 'denied', use_by: null });
  });

  test('nobody who came in by a link decides on what they asked in the same session', async () => {
    const enter = async (name: string): Promise<Ask> => {
      const { link } = (await service.ask('POST', '/api/v1/links', { name, role: 'admin' })).body;
      const token = new URL(link).searchParams.get('token');
      const { headers, body } = await asker(service.url)('POST', '/api/v1/session', { link: token });
      const cookie = headers.get('set-cookie')!.split(';')[0]!;
      return asker(service.url, { cookie, 'x-csrf-token': body.csrf_token });
    };
    const root = await enter('root');
    const id = (await root('POST', PATH, question())).body.id as string;
    expect((await decide(root, id, { approved: true })).body.error).toBe('not_an_approver');
    expect((await decide(carl, id, { approved: true })).status).toBe(200);
  });

  test('too late to decide, too late to use', async () => {
    const late = await askFor({ decide_within_ms: 1000 });
    const unused = await askFor({ use_within_ms: 1000 });
    await decide(bob, unused, { approved: true });
    forward += 1001;
    const { status, body } = await decide(bob, late, { approved: true });
    expect([status, body.error, body.state]).toEqual([409, 'already_decided', 'expired']);
    expect((await door('POST', `${PATH}/${unused}/use`, { binding: BINDING })).status).toBe(409);
    expect((await door('GET', `${PATH}/${unused}`)).body.state).toBe('lapsed');
  });

  test('what is taken back nobody decides; another door cannot take it back', async () => {
    const id = await askFor();
    expect((await otherDoor('POST', `${PATH}/${id}/withdraw`)).status).toBe(404);
    expect((await door('POST', `${PATH}/${id}/withdraw`)).body.state).toBe('withdrawn');
    expect((await decide(bob, id, { approved: true })).body).toMatchObject({
      error: 'already_decided',
      decided_by: null,
    });
  });

  test('always allow sets the row and approves what the same rule asks of the same tool, or does nothing', async () => {
    const tool = { tool: 'send_mail', server: 'mail' };
    await service.ask('PUT', '/api/v1/servers/mail', { managed: true });
    const [one, two, byOther, ofAnother] = [
      await askFor(tool),
      await askFor(tool),
      await askFor({ ...tool, rule_name: 'large_sums' }),
      await askFor({ ...tool, tool: 'read_mail' }),
    ];
    const before: number = (await service.ask('GET', '/api/v1/changes')).body.changes[0]?.revision ?? 0;
    await decide(carl, byOther, { approved: false });
    expect((await decide(bob, byOther, { approved: true, always: true })).status).toBe(409);
    expect((await service.ask('GET', '/api/v1/changes')).body.changes[0]?.revision ?? 0).toBe(before);
    expect((await decide(bob, one, { approved: true, always: true })).body.state).toBe('approved');
    expect((await door('GET', `${PATH}/${two}`)).body).toMatchObject({ state: 'approved', decided_by: 'bob' });
    expect((await door('GET', `${PATH}/${ofAnother}`)).body.state).toBe('pending');
    const { body } = await service.ask('GET', '/api/v1/servers/mail/tools');
    expect(body.tools).toEqual([expect.objectContaining({ name: 'send_mail', action: 'allow' })]);
    expect(body.revision).toBe(before + 1);
    const check = { workflow_name: 'mcp:mail:send_mail' };
    expect((await service.ask('POST', '/api/v1/observe/policy-check/', check)).body).toMatchObject({ action: 'allow' });
  });

  test('always allow of an approver replaces a review, and nothing an editor meant otherwise', async () => {
    const check = async (server: string, tool: string): Promise<unknown> =>
      (await door('POST', '/api/v1/observe/policy-check/', { workflow_name: `mcp:${server}:${tool}` })).body.action;
    const always = async (who: Ask, server: string, tool: string): Promise<number> =>
      (await decide(who, await askFor({ server, tool }), { approved: true, always: true })).status;
    const rows = [
      { name: 'rm', action: 'block' },
      { name: 'mv', action: 'warn' },
      { name: 'cp', action: 'review' },
    ];
    await service.ask('PUT', '/api/v1/servers/disk/tools', { tools: rows });
    expect([await always(bob, 'disk', 'rm'), await check('disk', 'rm')]).toEqual([409, 'block']);
    expect([await always(bob, 'disk', 'mv'), await check('disk', 'mv')]).toEqual([409, 'warn']);
    expect([await always(bob, 'disk', 'cp'), await check('disk', 'cp')]).toEqual([200, 'allow']);
    await service.ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:disk:mv', action: 'review' });
    expect([await always(bob, 'disk', 'mv'), await always(service.ask, 'disk', 'mv')]).toEqual([409, 200]);
  });

  test('always allow does not make a server managed, and does not settle what no policy of ours asks', async () => {
    const id = await askFor({ server: 'git', tool: 'push' });
    const answer = await decide(bob, id, { approved: true, always: true });
    expect([answer.status, answer.body.error]).toEqual([409, 'conflict']);
    await service.ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:git:push', action: 'review' });
    expect((await decide(bob, id, { approved: true, always: true })).body.message).toContain('Nobody manages');
    expect((await service.ask('GET', '/api/v1/servers/git/tools')).status).toBe(404);
    expect((await decide(bob, id, { approved: true })).body.state).toBe('approved');
  });

  test('what is asked is bounded, and so is a page of the inbox; what is left out is on the next one', async () => {
    const long = { text: 'x'.repeat(65_000) };
    expect((await door('POST', PATH, question({ arguments: { text: 'x'.repeat(65_536) } }))).status).toBe(400);
    const ids: string[] = [];
    for (let i = 0; i < 70; i++) ids.unshift(await askFor({ arguments: long }));
    const page = (await bob('GET', `${PATH}?limit=70`)).body;
    expect(page.approvals.length).toBe(64);
    const rest = (await bob('GET', `${PATH}?limit=6&cursor=${page.cursor}`)).body;
    expect([...page.approvals, ...rest.approvals].map(({ id }: { id: string }) => id)).toEqual(ids);
    for (const id of ids) await door('POST', `${PATH}/${id}/withdraw`);
  });

  test('one key has so many requests pending and no more; others may still ask', async () => {
    const greedy = await service.as('agent', 'greedy door');
    const statuses: number[] = [];
    for (let i = 0; i < 200; i++) statuses.push((await greedy('POST', PATH, question())).status);
    expect(new Set(statuses)).toEqual(new Set([201]));
    const { status, body } = await greedy('POST', PATH, question());
    expect([status, body.error]).toEqual([429, 'too_many']);
    const id = await askFor();
    expect((await door('POST', `${PATH}/${id}/withdraw`)).status).toBe(200);
  }, 30_000);

  test('the inbox shows names and what may be shown, page by page, and no attributes', async () => {
    const principal = { agent: 'robot', user: 'ann', attributes: { department: 'sales' }, self_declared: true };
    const id = await askFor({ principal });
    const page = (await bob('GET', `${PATH}?limit=1`)).body;
    expect(page.approvals[0]).toMatchObject({
      id,
      principal: { agent: 'robot', user: 'ann', attributes: {}, self_declared: true },
    });
    const next = (await bob('GET', `${PATH}?limit=1&cursor=${page.cursor}`)).body;
    expect(next.approvals[0].id).not.toBe(id);
    expect((await asker(service.url)('GET', `${PATH}/${id}`)).status).toBe(401);
  });
});
