import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Ask, DATABASES, startService, type TestDatabase, type TestService } from '../service.js';
import { eventOf } from './event.js';

describe.each(DATABASES)('audit events on %s', (_name, make) => {
  let database: TestDatabase;
  let service: TestService;
  let door: Ask;
  beforeAll(async () => {
    database = await make();
    service = await startService(database.url);
    door = await service.as('agent');
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  test('are kept once, however often they are sent, and found again', async () => {
    const events = Array.from({ length: 5 }, () => eventOf());
    const first = await door('POST', '/api/v1/audit', { events });
    expect([first.status, first.body]).toEqual([200, { accepted: 5, duplicates: 0 }]);
    const more = [
      ...events,
      eventOf({ tool: 'drop_table', action: 'block', policyDecision: 'block', resultStatus: 'blocked' }),
    ];
    const answers = await Promise.all([1, 2, 3].map(() => door('POST', '/api/v1/audit', { events: more })));
    expect(answers.map(({ body }) => body.accepted).sort()).toEqual([0, 0, 1]);
    const { events: found } = (await service.ask('GET', '/api/v1/audit?limit=100')).body;
    expect(found.map(({ id }: { id: string }) => id).sort()).toEqual(more.map(({ id }) => id).sort());
    const blocked = (await service.ask('GET', '/api/v1/audit?status=blocked')).body.events;
    expect(blocked).toEqual([expect.objectContaining({ tool: 'drop_table', agent: 'robot' })]);
    const page = (await service.ask('GET', '/api/v1/audit?limit=4')).body;
    expect((await service.ask('GET', `/api/v1/audit?limit=4&cursor=${page.cursor}`)).body.events).toHaveLength(2);
    expect((await service.ask('GET', '/api/v1/audit?cursor=nonsense')).status).toBe(400);
    expect((await service.ask('GET', '/api/v1/audit/verify')).body).toMatchObject({ ok: true, count: 6 });
    expect((await door('POST', '/api/v1/audit', { events: [eventOf({ secret: 1 })] })).body.message).toMatch(
      /"secret"/,
    );
  });

  test('show what a draft would have done to them', async () => {
    const text = 'rules:\n  - name: no_drops\n    match: { tool: "write_*" }\n    action: review\n';
    const editor = await service.as('editor', 'otto');
    const both = await Promise.all([1, 2].map(() => editor('POST', '/api/v1/preview', { text })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 429]);
    expect((await editor('POST', '/api/v1/preview', { text: '#'.repeat(256 * 1024 + 1) })).status).toBe(400);
    expect((await (await service.as('viewer'))('POST', '/api/v1/preview', { text })).status).toBe(403);
    const { body } = await service.ask('POST', '/api/v1/preview', { text });
    expect(body.flips).toContainEqual(
      expect.objectContaining({
        server: 'files',
        tool: 'write_file',
        from: 'allow',
        to: 'review',
        rule: 'no_drops',
        count: 5,
      }),
    );
  });
});
