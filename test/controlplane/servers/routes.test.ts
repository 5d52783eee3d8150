import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pinnedTool } from '../../../src/pins/pinned-part.js';
import { type Answer, type Ask, DATABASES, startService, type TestDatabase, type TestService } from '../service.js';

const SERVERS = '/api/v1/servers';

describe.each(DATABASES)('servers and tools on %s', (_name, make) => {
  let database: TestDatabase;
  let service: TestService;
  let ask: Ask;
  let door: Ask;
  beforeAll(async () => {
    database = await make();
    service = await startService(database.url);
    ask = service.ask;
    door = await service.as('agent');
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  const report = (server: string, ...definitions: object[]): Promise<Answer> =>
    door('POST', `${SERVERS}/${server}/definitions`, { definitions });
  const decide = async (id: string): Promise<string> => {
    const { body } = await door('POST', '/api/v1/observe/policy-check/', { workflow_name: id });
    return body.matched ? body.action : 'unmatched';
  };

  test('definitions are reported, and never touch the table', async () => {
    const tools = [
      { name: 'list', description: 'lists' },
      { name: 'send', annotations: { destructiveHint: true } },
    ];
    expect((await report('crm', ...tools)).body).toEqual({ new: 2, changed: 0, unchanged: 0 });
    expect((await report('crm', ...tools)).body).toEqual({ new: 0, changed: 0, unchanged: 2 });
    const { fingerprint } = (await ask('GET', `${SERVERS}/crm/tools`)).body.tools[0];
    expect((await report('crm', { name: 'list', description: 'lists, and sends it on' })).body.changed).toBe(1);
    const { body } = await ask('GET', `${SERVERS}/crm/tools`);
    expect(body).toMatchObject({ managed: false, default: null, global_default: 'review', revision: 0 });
    expect(body.tools[0]).toMatchObject({ name: 'list', action: null, effective: null, known: true });
    expect(body.tools[0].fingerprint).not.toBe(fingerprint);
    expect(body.tools[0].changed_at).toMatch(/^20/);
    expect(body.tools[0].reported_by).toEqual({ key_id: expect.stringMatching(/./), name: 'agent' });
    const other = await service.as('agent', 'laptop');
    const harmless = { definitions: [{ name: 'list', description: 'only reads' }, tools[1]] };
    expect((await other('POST', `${SERVERS}/crm/definitions`, harmless)).body).toMatchObject({ changed: 1 });
    const { tools: shown } = (await ask('GET', `${SERVERS}/crm/tools`)).body;
    const reporters = shown.map((tool: { reported_by: { name: string } }) => tool.reported_by.name);
    expect(reporters).toEqual(['laptop', 'agent']);
    expect(await decide('mcp:crm:send')).toBe('unmatched');
    expect((await ask('GET', SERVERS)).body.servers).toContainEqual(
      expect.objectContaining({ name: 'crm', managed: false, tools: 2, rows: 0 }),
    );
  });

  test('definitions are accepted as they were shown, by name, and doors are told', async () => {
    const before = { name: 'read', description: 'reads' };
    const after = { name: 'read', description: 'reads, and sends it on', input_schema: { type: 'object' } };
    await report('pins', before, { name: 'list' });
    const pinsOf = async (): Promise<Answer['body']> => (await ask('GET', `${SERVERS}/pins/pins`)).body;
    const [, first] = (await pinsOf()).tools;
    expect(first).toMatchObject({ name: 'read', waiting: false, accepted: { definition: before, by: null } });
    await report('pins', after);
    const [list, read] = (await pinsOf()).tools;
    expect(list).toMatchObject({ name: 'list', waiting: false });
    expect(read).toMatchObject({ waiting: true, accepted: { definition: before }, reported: { definition: after } });
    expect(read.reported.fingerprint).toBe(
      pinnedTool({ name: 'read', description: after.description, inputSchema: after.input_schema })?.fingerprint,
    );
    expect((await ask('GET', `${SERVERS}/pins/tools`)).body.tools[1].pin).toMatchObject({ waiting: true, by: null });
    const snapshot = async (): Promise<Answer['body']> => (await door('GET', '/api/v1/snapshot')).body;
    const known = await snapshot();
    expect(known.pins).toBeUndefined();
    const accept = (fingerprint: string, who = ask, tool = 'read'): Promise<Answer> =>
      who('POST', `${SERVERS}/pins/pins`, { accept: [{ name: tool, fingerprint }] });
    expect((await accept(read.accepted.fingerprint)).status).toBe(409);
    expect((await accept(read.reported.fingerprint, ask, 'nobody')).status).toBe(404);
    expect((await accept(read.reported.fingerprint, await service.as('viewer'))).status).toBe(403);
    expect((await accept(read.reported.fingerprint, door)).status).toBe(403);
    expect((await snapshot()).revision).toBe(known.revision);
    const accepted = await accept(read.reported.fingerprint);
    expect(accepted.body.tools[1]).toMatchObject({ waiting: false, accepted: { definition: after, by: 'admin' } });
    const now = await snapshot();
    expect(now.revision).toBe(Number(known.revision) + 1);
    expect(now.pins).toEqual([{ server: 'pins', tool: 'read', fingerprint: read.reported.fingerprint }]);
    expect((await ask('GET', '/api/v1/changes')).body.changes[0]).toMatchObject({
      kind: 'server',
      subject: 'pins',
      operation: 'accept definitions',
      by: 'admin',
    });
    await report('pins', before);
    expect((await pinsOf()).tools[1].waiting).toBe(true);
    expect((await ask('GET', `${SERVERS}/nowhere/pins`)).status).toBe(404);
  });

  test("the reference's order: tool, then *, then the global default, on servers that somebody set rows of", async () => {
    const rows = (...tools: [string, string][]): Promise<Answer> =>
      ask('PUT', `${SERVERS}/shop/tools`, { tools: tools.map(([name, action]) => ({ name, action })) });
    const set = await rows(['pay', 'block'], ['list', 'allow']);
    expect(set.body).toMatchObject({ managed: true, default: null });
    expect(set.headers.get('etag')).toBe(`"${set.body.revision}"`);
    expect(await Promise.all(['pay', 'list', 'send'].map((tool) => decide(`mcp:shop:${tool}`)))).toEqual([
      'block',
      'allow',
      'review',
    ]);
    await rows(['list', 'review'], ['*', 'allow']);
    expect(await Promise.all(['pay', 'list', 'send'].map((tool) => decide(`mcp:shop:${tool}`)))).toEqual([
      'allow',
      'review',
      'allow',
    ]);
    await rows();
    expect((await ask('PUT', `${SERVERS}/shop`, { managed: true })).body.managed).toBe(true);
    expect(await decide('mcp:shop:pay')).toBe('review');
    const made = await ask('PUT', '/api/v1/global-default', { action: 'block' });
    expect(made.body.action).toBe('block');
    expect(await decide('mcp:shop:pay')).toBe('block');
    expect((await ask('GET', '/api/v1/global-default')).body).toEqual(made.body);
    expect((await ask('GET', '/api/v1/changes')).body.changes[0]).toMatchObject({
      kind: 'global_default',
      by: 'admin',
    });
    await ask('PUT', '/api/v1/global-default', { action: 'review' });
    await ask('PUT', `${SERVERS}/shop`, { managed: false });
    expect(await decide('mcp:shop:pay')).toBe('unmatched');
  });

  test('the table joins the other policies, and the strictest wins', async () => {
    await ask('PUT', `${SERVERS}/bank/tools`, { tools: [{ name: 'pay', action: 'allow' }] });
    const { body } = await ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:bank:pay', action: 'block' });
    expect(await decide('mcp:bank:pay')).toBe('block');
    await ask('DELETE', `/waxell/v1/policies/${body.id}/`);
    expect(await decide('mcp:bank:pay')).toBe('allow');
  });

  test('two who edit one table: the second is told', async () => {
    const { body } = await ask('PUT', `${SERVERS}/two/tools`, { tools: [{ name: 'a', action: 'allow' }] });
    const put = (action: string): Promise<Answer> =>
      ask('PUT', `${SERVERS}/two/tools`, { tools: [{ name: 'a', action }] }, { 'if-match': `"${body.revision}"` });
    const answers = await Promise.all([put('block'), put('review')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const won = answers.find(({ status }) => status === 200)!;
    expect(answers.find(({ status }) => status === 412)!.body).toMatchObject({
      error: 'revision_mismatch',
      revision: won.body.revision,
    });
  });

  test('what cannot stand in a table is refused, and nothing of it is kept', async () => {
    const before: number = (await ask('GET', SERVERS)).body.revision;
    const bad: object[] = [
      [{ name: 'a*', action: 'allow' }],
      [{ name: 'a', action: 'permit' }],
      [
        { name: 'a', action: 'allow' },
        { name: 'a', action: 'block' },
      ],
      Array.from({ length: 501 }, (_, index) => ({ name: `t${index}`, action: 'allow' })),
    ];
    for (const tools of bad) expect((await ask('PUT', `${SERVERS}/bad/tools`, { tools })).status).toBe(400);
    expect((await ask('PUT', `${SERVERS}/a*/tools`, { tools: [] })).status).toBe(400);
    const most = Array.from({ length: 500 }, (_, index) => ({ name: `t${index}`, action: 'allow' }));
    expect((await ask('PUT', `${SERVERS}/big/tools`, { tools: most })).body.tools).toHaveLength(500);
    expect((await ask('GET', SERVERS)).body.revision).toBe(before + 1);
    expect((await ask('GET', `${SERVERS}/bad/tools`)).status).toBe(404);
  });

  test('names that mean something to JavaScript are names', async () => {
    const tools = ['__proto__', 'constructor'].map((name) => ({ name, action: 'block' }));
    await ask('PUT', `${SERVERS}/__proto__/tools`, { tools });
    expect(await decide('mcp:__proto__:constructor')).toBe('block');
    expect(await decide('mcp:__proto__:__proto__')).toBe('block');
    expect(await decide('mcp:toString:constructor')).toBe('unmatched');
  });
});
