import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPoliciesFile, writePoliciesFile } from '../../../src/controlplane/administration/policies-file.js';
import { Administration } from '../../../src/controlplane/index.js';
import { type Ask, DATABASES, startService, type TestDatabase, type TestService } from '../service.js';

const DOCUMENT = `# Why this is here: the audit of May.
rules:
  - name: no_drops   # never again
    match: { tool: "drop_*" }
    action: block

tests:
  - call: { tool: drop_table }
    expect: block
`;

describe.each(DATABASES)('policies as a file, on %s', (_name, make) => {
  let database: TestDatabase;
  let other: TestDatabase;
  let service: TestService;
  let ask: Ask;
  let here: Administration;
  let there: Administration;
  beforeAll(async () => {
    database = await make();
    other = await make();
    service = await startService(database.url);
    ask = service.ask;
    here = await Administration.open({ databaseUrl: database.url });
    there = await Administration.open({ databaseUrl: other.url, create: true });
  });
  afterAll(async () => {
    await here.close();
    await there.close();
    await service.stop();
    await database.drop();
    await other.drop();
  });

  test('lose nothing on the way to another database, comments included, and change nothing a second time', async () => {
    await ask('POST', '/waxell/v1/policies/', {
      workflow_name: 'mcp:a:b',
      action: 'review',
      reason: 'two lines:\n  "quoted" # no comment',
      metadata: { timeout_minutes: 2, yes: 'no', date: '2026-01-01', nested: { list: [1, null, '1', true] } },
      conditions: { param_gt: { amount: 100 } },
      approvers: ['ann', '*'],
    });
    await ask('POST', '/waxell/v1/policies/', {
      workflow_name: 'mcp:a:c',
      action: 'block',
      final: true,
      mandatory: true,
      enabled: false,
      expires_at: '2030-01-01T00:00:00Z',
      category: 'scope',
    });
    await ask('PUT', '/api/v1/servers/crm/tools', {
      tools: ['*', 'list', '__proto__'].map((name) => ({ name, action: 'allow' })),
    });
    await ask('PUT', '/api/v1/servers/shop', { managed: true });
    await ask('PUT', '/api/v1/global-default', { action: 'warn' });
    await ask('PUT', '/api/v1/policy-document', { text: DOCUMENT });
    const text = await here.exportPolicies();
    expect(text).toContain('  - name: no_drops   # never again');
    expect(await there.importPolicies(text, { by: 'ci' })).toEqual({
      created: 5,
      updated: 1,
      deleted: 0,
      unchanged: 0,
    });
    expect(await there.exportPolicies()).toBe(text);
    expect(await there.importPolicies(text, { by: 'ci' })).toEqual({
      created: 0,
      updated: 0,
      deleted: 0,
      unchanged: 5,
    });
  });

  test('a service that runs follows an import, and --replace removes what is not in the file', async () => {
    const text = await here.exportPolicies();
    const { body } = await ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:x:y', action: 'block' });
    await ask('PUT', '/api/v1/servers/extra/tools', { tools: [{ name: 'z', action: 'block' }] });
    const before: number = (await ask('GET', '/api/v1/changes')).body.changes[0].revision;
    expect(await here.importPolicies(text, { by: 'ci' })).toMatchObject({ created: 0, updated: 0, deleted: 0 });
    expect(await here.importPolicies(text, { by: 'ci', replace: true })).toMatchObject({ updated: 1, deleted: 1 });
    expect(await here.exportPolicies()).toBe(text);
    const { changes } = (await ask('GET', '/api/v1/changes')).body;
    expect(changes.slice(0, 2)).toEqual([
      expect.objectContaining({
        revision: before + 2,
        kind: 'server',
        subject: 'extra',
        operation: 'import',
        by: 'ci',
      }),
      expect.objectContaining({ revision: before + 1, kind: 'policy', subject: body.id, operation: 'import' }),
    ]);
    const deadline = Date.now() + 5000;
    while ((await ask('GET', '/api/v1/snapshot')).body.revision < before + 2) expect(Date.now()).toBeLessThan(deadline);
    const check = await ask('POST', '/api/v1/observe/policy-check/', { workflow_name: 'mcp:x:y' });
    expect(check.body.matched).toBe(false);
  });

  test('all of it or nothing: a file of which one thing cannot be used changes nothing', async () => {
    const text = await here.exportPolicies();
    const { revision } = (await ask('GET', '/api/v1/snapshot')).body;
    const bad = [
      text.replace('action: review', 'action: permit'),
      text.replace('param_gt:', 'param_nonsense:'),
      text.replace('expect: block', 'expect: allow'),
      text.replace('version: 1', 'version: 2'),
      text.replace('policies:', 'policies: &a\n  - *a\n#'),
      `${text}more: 1\n`,
      'a: [',
      '',
    ];
    for (const each of bad) await expect(here.importPolicies(each, { by: 'ci' })).rejects.toThrow();
    expect((await ask('GET', '/api/v1/snapshot')).body.revision).toBe(revision);
  });
});

test('any text of a document, and any within a policy, comes back as it was', () => {
  const pieces = fc.constantFrom(
    '\n',
    '\r\n',
    ' ',
    '\t',
    '#',
    '- ',
    'a: b',
    '"',
    "'",
    '|',
    '%',
    '---',
    '...',
    '\u00e9',
    '\u{1f600}',
    '\ufeff',
    '\u2028',
  );
  const texts = fc.array(pieces, { maxLength: 12 }).map((each) => each.join(''));
  fc.assert(
    fc.property(texts, texts, (document, reason) => {
      const created = { id: 'one', created_at: '2026-01-01T00:00:00Z', created_by: 'ann' };
      const policy = { ...created, workflow_name: 'mcp:a:b', action: 'block', metadata: { [reason]: reason } } as const;
      const file = writePoliciesFile({
        ...{ version: 1, global_default: 'review', servers: [], policies: [policy] },
        document,
      });
      expect(readPoliciesFile(file)).toMatchObject({ document, policies: [policy] });
    }),
    { numRuns: 500 },
  );
});
