import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, type Ask, DATABASES, startService, type TestDatabase, type TestService } from '../service.js';

const PATH = '/api/v1/policy-document';
const TEXT = `# Kept as it is written.
rules:
  - { name: no_drops, match: { tool: "drop_*" }, action: block }
tests:
  - { call: { tool: drop_table }, expect: block }
`;

describe.each(DATABASES)('the policy document on %s', (_name, make) => {
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
  const decide = async (): Promise<string> =>
    (await ask('POST', '/api/v1/observe/policy-check/', { workflow_name: 'mcp:db:drop_table' })).body.action;
  const put = (text: string, headers?: Record<string, string>): Promise<Answer> => ask('PUT', PATH, { text }, headers);

  test('is kept as it was written, and decides at once', async () => {
    expect((await ask('GET', PATH)).body).toMatchObject({ text: '', revision: 0 });
    const { body, headers } = await put(TEXT, { 'if-match': '"0"' });
    expect(body).toMatchObject({ text: TEXT, revision: 1, updated_by: 'admin' });
    expect(headers.get('etag')).toBe('"1"');
    expect(await decide()).toBe('block');
    expect((await ask('GET', PATH)).body).toEqual(body);
    expect((await put('', { 'if-match': '"0"' })).status).toBe(412);
  });

  test('one that cannot be used is refused with line and column, and the old one stays in force', async () => {
    const wrong = await put('rules:\n  - name: a\n    action: permit\n');
    expect([wrong.status, wrong.body.error]).toEqual([422, 'invalid_policy_document']);
    expect(wrong.body.problems[0]).toMatchObject({ line: 3, column: expect.any(Number) });
    expect((await put('rules: [')).status).toBe(422);
    const failing = await put(TEXT.replace('expect: block', 'expect: allow'));
    expect([failing.status, failing.body.error]).toEqual([422, 'policy_tests_failed']);
    expect(failing.body.tests).toEqual([expect.objectContaining({ expected: 'allow', action: 'block' })]);
    const bomb = `a: &a [x,x,x,x,x,x,x,x]\n${'bcdefgh'.replaceAll(/./g, (key) => `${key}: &${key} [*a,*a,*a,*a,*a,*a,*a,*a]\n`)}`;
    expect((await put(bomb)).status).toBe(422);
    expect((await ask('GET', PATH)).body.revision).toBe(1);
    expect(await decide()).toBe('block');
  });

  test('an empty text takes it away', async () => {
    expect((await put('')).body).toMatchObject({ text: '', revision: 2 });
    expect(await decide()).toBe('allow');
  });
});
