import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, type Ask, DATABASES, startService, type TestDatabase, type TestService } from '../service.js';

describe.each(DATABASES)('what doors decide by, on %s', (_name, make) => {
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

  test('the snapshot has a tag, is not sent twice, and holds what decides and nothing else', async () => {
    await ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:s:on', action: 'block' });
    await ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:s:off', action: 'block', enabled: false });
    await ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:s:must', action: 'allow', mandatory: true });
    const { body, headers } = await door('GET', '/api/v1/snapshot');
    expect(headers.get('etag')).toBe(`"${body.revision}"`);
    expect(body.layers.map(({ name }: { name: string }) => name)).toEqual(['mandatory', 'policies']);
    expect(JSON.stringify(body)).not.toContain('mcp:s:off');
    for (const tag of [`"${body.revision}"`, `W/"${body.revision}"`]) {
      const again = await door('GET', '/api/v1/snapshot', undefined, { 'if-none-match': tag });
      expect([again.status, again.body]).toEqual([304, '']);
    }
    const other = await door('GET', '/api/v1/snapshot', undefined, { 'if-none-match': '"0"' });
    expect(other.status).toBe(200);
  });

  test('a policy whose time is over decides no more, without anybody touching it', async () => {
    const expires_at = new Date(Date.now() + 300).toISOString();
    const { body } = await ask('POST', '/waxell/v1/policies/', {
      workflow_name: 'mcp:e:t',
      action: 'block',
      expires_at,
    });
    expect(body.status).toBe('active');
    const check = (): Promise<Answer> => door('POST', '/api/v1/observe/policy-check/', { workflow_name: 'mcp:e:t' });
    expect((await check()).body.action).toBe('block');
    const deadline = Date.now() + 5000;
    while ((await check()).body.action === 'block') expect(Date.now()).toBeLessThan(deadline);
    expect((await ask('GET', `/waxell/v1/policies/${body.id}/`)).body.status).toBe('expired');
  });

  test('AuthZEN: the same decision in its words; methods of the protocol are exempt', async () => {
    await ask('POST', '/waxell/v1/policies/', {
      workflow_name: 'mcp:bank:pay',
      action: 'review',
      conditions: { param_gt: { amount: 100 } },
    });
    const evaluate = async (action: string, id: string, more: object = {}): Promise<boolean> => {
      const { status, body } = await door('POST', '/access/v1/evaluation', {
        subject: { type: 'agent', id: 'robot', properties: { user: 'ann' } },
        action: { name: action },
        resource: { type: 'tool', id, ...more },
        context: { arguments: { amount: 500 }, ip: '10.0.0.1' },
      });
      expect(status).toBe(200);
      return body.decision as boolean;
    };
    expect(await evaluate('tools/call', 'mcp:bank:pay')).toBe(false);
    expect(await evaluate('tools/call', 'pay', { properties: { server: 'bank' } })).toBe(false);
    expect(await evaluate('tools/call', 'pay', { properties: { server: 'ba:nk' } })).toBe(true);
    expect(await evaluate('tools/call', 'mcp:bank:list')).toBe(true);
    for (const method of ['initialize', 'ping', 'tools/list', 'prompts/list', 'resources/list', 'notifications/x']) {
      expect(await evaluate(method, 'mcp:bank:pay')).toBe(true);
    }
    expect(await evaluate('tools/destroy', 'mcp:bank:pay')).toBe(false);
    const statusOf = async (resource: object, args: unknown): Promise<number> => {
      const [subject, action] = [{ type: 'agent', id: 'robot' }, { name: 'tools/call' }];
      const body = { subject, action, resource: { type: 'tool', ...resource }, context: { arguments: args } };
      return (await door('POST', '/access/v1/evaluation', body)).status;
    };
    for (const args of [[{ amount: 500 }], '{"amount":500}', null, 5]) {
      expect(await statusOf({ id: 'mcp:bank:pay' }, args)).toBe(400);
    }
    expect(await statusOf({ id: 'mcp:bank:pay', properties: { server: 'shop' } }, {})).toBe(400);
    expect(await statusOf({ id: 'pay', properties: { server: ['bank'] } }, {})).toBe(400);
    expect(await statusOf({ id: 'mcp:bank:pay', properties: { server: 'bank' } }, {})).toBe(200);
    const { body } = await door('POST', '/access/v1/evaluation', {});
    expect(body.error).toBe('invalid_request');
  });
});
