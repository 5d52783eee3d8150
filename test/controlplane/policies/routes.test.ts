import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, type Ask, DATABASES, startService, type TestDatabase, type TestService } from '../service.js';

const PATH = '/waxell/v1/policies/';
const CHECK = '/api/v1/observe/policy-check/';

describe.each(DATABASES)('policies on %s', (_name, make) => {
  let database: TestDatabase;
  let service: TestService;
  let ask: Ask;
  beforeAll(async () => {
    database = await make();
    service = await startService(database.url);
    ask = service.ask;
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  const decide = async (workflow_name: string, args: object = {}): Promise<Answer['body']> =>
    (await ask('POST', CHECK, { workflow_name, arguments: args })).body;

  test("the reference's request creates a policy that decides at once", async () => {
    expect(await decide('mcp:filesystem:write_file')).toMatchObject({
      action: 'allow',
      matched: false,
      policy_id: null,
    });
    const made = await ask('POST', PATH, {
      workflow_name: 'mcp:filesystem:write_file',
      action: 'block',
      reason: 'File writes require approval',
      category: 'scope',
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ action: 'block', enabled: true, status: 'active', approvers: [], revision: 1 });
    expect(made.headers.get('etag')).toBe(`"${made.body.revision}"`);
    expect(await decide('mcp:filesystem:write_file')).toMatchObject({
      action: 'block',
      decision: 'block',
      reason: 'File writes require approval',
      policy_id: made.body.id,
      revision: made.body.revision,
      matched: true,
    });
    expect(await decide('mcp:filesystem:read_file')).toMatchObject({ action: 'allow', matched: false });
  });

  test('of all policies that match, the strictest decides, whichever came first', async () => {
    const make = (action: string, more: object = {}) =>
      ask('POST', PATH, { workflow_name: 'mcp:strict:t*', action, ...more });
    await make('allow', { mandatory: true });
    await make('throttle', { metadata: { throttle_delay_seconds: 1 } });
    await make('throttle', { metadata: { throttle_delay_seconds: 4 } });
    expect(await decide('mcp:strict:tool')).toMatchObject({
      action: 'throttle',
      throttle_delay_seconds: 4,
      metadata: { throttle_delay_seconds: 4 },
      mandatory: true,
    });
    await make('review', { approvers: ['ann'], metadata: { timeout_minutes: 2 } });
    expect(await decide('mcp:strict:tool')).toMatchObject({ action: 'review', approvers: ['ann'], timeout_minutes: 2 });
    await make('warn');
    expect((await decide('mcp:strict:tool')).action).toBe('review');
  });

  test('conditions are read from the arguments, and one that cannot be evaluated counts against the call', async () => {
    await ask('POST', PATH, {
      workflow_name: 'mcp:pay',
      action: 'block',
      conditions: { param_gt: { amount: 100 } },
    });
    expect((await decide('mcp:bank:pay', { amount: 5 })).action).toBe('allow');
    expect((await decide('mcp:bank:pay', { amount: 500 })).action).toBe('block');
    expect((await decide('mcp:bank:pay', { amount: 'a lot' })).action).toBe('block');
  });

  test('revisions have no gaps, history tells all of them, and rollback brings back what was', async () => {
    const before: number = (await ask('GET', PATH)).body.revision;
    const { body: made } = await ask('POST', PATH, { workflow_name: 'mcp:h:one', action: 'block', reason: 'first' });
    const url = `${PATH}${made.id}/`;
    const patched = await ask('PATCH', url, { action: 'allow', reason: 'second' });
    expect(patched.body).toMatchObject({ action: 'allow', reason: 'second', revision: before + 2 });
    const replaced = await ask('PUT', url, { workflow_name: 'mcp:h:one', action: 'warn' });
    expect(replaced.body).toMatchObject({ action: 'warn', reason: null, created_at: made.created_at });
    expect((await decide('mcp:h:one')).action).toBe('warn');
    expect((await ask('DELETE', url)).status).toBe(204);
    expect((await ask('GET', url)).status).toBe(404);
    expect((await decide('mcp:h:one')).action).toBe('allow');
    const { history } = (await ask('GET', `${url}history/`)).body;
    expect(
      history.map(
        (each: { revision: number; operation: string; policy: { action: string } | null; workflow_name: string }) => [
          each.revision - before,
          each.operation,
          each.policy?.action ?? null,
        ],
      ),
    ).toEqual([
      [4, 'delete', null],
      [3, 'update', 'warn'],
      [2, 'update', 'allow'],
      [1, 'create', 'block'],
    ]);
    const back = await ask('POST', `${url}rollback/`, { revision: before + 1 });
    expect(back.body).toMatchObject({ action: 'block', reason: 'first', revision: before + 5 });
    expect((await decide('mcp:h:one')).action).toBe('block');
    const { changes } = (await ask('GET', '/api/v1/changes')).body;
    expect(
      changes.map(
        (each: { revision: number; operation: string; policy: { action: string } | null; workflow_name: string }) =>
          each.revision,
      ),
    ).toEqual(Array.from({ length: before + 5 }, (_, index) => before + 5 - index));
    expect((await ask('POST', `${url}rollback/`, { revision: before + 4 })).status).toBe(404);
  });

  test('If-Match refuses what was changed since; of two who race, one wins', async () => {
    const { body: made } = await ask('POST', PATH, { workflow_name: 'mcp:race:one', action: 'block' });
    const url = `${PATH}${made.id}/`;
    const ifMatch = { 'if-match': `"${made.revision}"` };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => ask('PATCH', url, { reason: `writer ${index}` }, ifMatch)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412, 412, 412]);
    const refused = answers.find(({ status }) => status === 412)!;
    const winner = answers.find(({ status }) => status === 200)!;
    expect(refused.body).toMatchObject({ error: 'revision_mismatch', revision: winner.body.revision });
    expect((await ask('PATCH', url, { reason: 'x' }, { 'if-match': 'yes' })).status).toBe(400);
    expect((await ask('DELETE', url, undefined, ifMatch)).status).toBe(412);
  });

  test('lists by page and by what is asked for', async () => {
    for (const [name, category] of [
      ['a', 'one'],
      ['b', 'one'],
      ['c', 'two'],
    ]) {
      await ask('POST', PATH, { workflow_name: `mcp:list:${name}`, action: 'warn', category, enabled: name !== 'b' });
    }
    const named = async (query: string): Promise<string[]> =>
      (await ask('GET', `${PATH}?${query}`)).body.policies.map(
        (each: { revision: number; operation: string; policy: { action: string } | null; workflow_name: string }) =>
          each.workflow_name,
      );
    expect(await named('category=one')).toEqual(['mcp:list:a', 'mcp:list:b']);
    expect(await named('category=one&enabled=false')).toEqual(['mcp:list:b']);
    const first = (await ask('GET', `${PATH}?limit=2`)).body;
    const second = (await ask('GET', `${PATH}?limit=2&cursor=${first.cursor}`)).body;
    expect(first.policies).toHaveLength(2);
    expect(second.policies[0].id > first.policies[1].id).toBe(true);
  });

  test('what cannot decide is refused and changes nothing', async () => {
    const before: number = (await ask('GET', PATH)).body.revision;
    const bad: [object, string, RegExp][] = [
      [{ workflow_name: 'mcp:a:b', action: 'ALLOW ' }, 'invalid_request', /action/],
      [{ workflow_name: 'mcp:a:b', action: 'deny' }, 'invalid_request', /action/],
      [{ workflow_name: 'filesystem', action: 'block' }, 'invalid_policy', /workflow_name/],
      [{ workflow_name: 'mcp:', action: 'block' }, 'invalid_policy', /workflow_name/],
      [{ action: 'block' }, 'invalid_request', /workflow_name/],
      [{ workflow_name: 'mcp:a:b', action: 'block', colour: 'red', size: 1 }, 'invalid_request', /"colour", "size"/],
      [{ workflow_name: 'mcp:a:b', action: 'allow', final: true }, 'invalid_policy', /final/],
      [{ workflow_name: 'mcp:a:b', action: 'block', conditions: { param_matches: { a: '(' } } }, 'invalid_policy', /./],
      [{ workflow_name: 'mcp:a:b', action: 'block', conditions: { nonsense: 1 } }, 'invalid_policy', /nonsense/],
      [
        { workflow_name: 'mcp:a:b', action: 'throttle', metadata: { throttle_delay_seconds: 'x' } },
        'invalid_policy',
        /./,
      ],
      [{ workflow_name: 'mcp:a:b', action: 'block', expires_at: 'tomorrow' }, 'invalid_request', /expires_at/],
      [{ workflow_name: 'mcp:a:\u0000b', action: 'block' }, 'invalid_request', /control/],
    ];
    for (const [body, error, message] of bad) {
      const answer = await ask('POST', PATH, body);
      expect([body, answer.status, answer.body.error]).toEqual([body, 400, error]);
      expect(answer.body.message).toMatch(message);
    }
    expect((await ask('GET', PATH)).body.revision).toBe(before);
  });
});
