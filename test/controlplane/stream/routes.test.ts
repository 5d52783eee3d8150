import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uuidV7 } from '../../../src/audit/uuid-v7.js';
import { eventOf } from '../audit/event.js';
import { asker, DATABASES, startService, type TestDatabase, type TestService, until } from '../service.js';

interface Listener {
  readonly status: number;
  /** Everything that came. */
  text(): string;
  /** The events by name, in their order. */
  names(): string[];
  lastId(): string;
  /** True once the service ended it. */
  ended(): boolean;
  stop(): Promise<void>;
}

describe.each(DATABASES)('the stream on %s', (_name, make) => {
  let database: TestDatabase;
  let service: TestService;
  beforeAll(async () => {
    database = await make();
    service = await startService(database.url);
  });
  afterAll(async () => {
    await service.stop();
    await database.drop();
  });

  async function listen(headers: Record<string, string>, query = ''): Promise<Listener> {
    const gone = new AbortController();
    const answer = await fetch(`${service.url}/api/v1/stream${query}`, { headers, signal: gone.signal });
    let text = '';
    let ended = false;
    const reading = (async () => {
      for await (const chunk of answer.body!) text += Buffer.from(chunk as Uint8Array).toString();
      ended = true;
    })().catch(() => undefined);
    return {
      status: answer.status,
      text: () => text,
      names: () => [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name!),
      lastId: () => [...text.matchAll(/^id: (\S+)$/gm)].at(-1)![1]!,
      ended: () => ended,
      stop: async () => {
        gone.abort();
        await reading;
      },
    };
  }
  const keyOf = async (role: 'agent' | 'viewer' | 'editor'): Promise<Record<string, string>> => ({
    'x-wax-key': (await service.controlplane.createKey(role, role)).key,
  });
  const question = (): object => ({
    ...{ id: uuidV7(Date.now()), binding: 'a'.repeat(64), server: 's', tool: 't', arguments: {}, reason: '' },
    principal: { agent: 'robot', user: 'ann' },
  });

  test('tells of revisions, approvals and events: readers of all, doors of revisions and their own approvals', async () => {
    const [agentKey, viewerKey] = [await keyOf('agent'), await keyOf('viewer')];
    const [viewer, agent, narrow] = [
      await listen(viewerKey),
      await listen(agentKey),
      await listen(viewerKey, '?events=audit'),
    ];
    await until(() => viewer.names().length === 1 && agent.names().length === 1);
    await service.ask('POST', '/waxell/v1/policies/', { workflow_name: 'mcp:a:b', action: 'block' });
    await asker(service.url, agentKey)('POST', '/api/v1/approvals', question());
    await service.ask('POST', '/api/v1/approvals', question());
    await service.ask('POST', '/api/v1/audit', { events: [eventOf()] });
    await until(() => viewer.names().length === 5 && agent.names().length === 3 && narrow.names().length === 1);
    expect(viewer.names().sort()).toEqual(['approval', 'approval', 'audit', 'revision', 'revision']);
    expect(agent.names()).toEqual(['revision', 'revision', 'approval']);
    expect(narrow.names()).toEqual(['audit']);
    // What is asked may be long: whoever wants it asks for it.
    expect(agent.text()).toMatch(/"state":"pending","server":"s","tool":"t","decided_by":null}/);
    expect(agent.text()).not.toContain('arguments');
    await Promise.all([viewer.stop(), agent.stop(), narrow.stop()]);
  });

  test('whoever comes back is sent what they missed, and how things are', async () => {
    const headers = await keyOf('viewer');
    const first = await listen(headers);
    await until(() => first.names().length === 1);
    const last = first.lastId();
    await first.stop();
    await service.ask('POST', '/api/v1/approvals', question());
    await service.ask('POST', '/api/v1/audit', { events: [eventOf()] });
    const second = await listen({ ...headers, 'last-event-id': last });
    await until(() => second.names().length === 3);
    expect(second.names().slice(0, 2).sort()).toEqual(['approval', 'audit']);
    expect(second.names()[2]).toBe('revision');
    const elsewhere = await listen({ ...headers, 'last-event-id': 'another-7' });
    await until(() => elsewhere.names().length === 1);
    expect(elsewhere.names()).toEqual(['revision']);
    await Promise.all([second.stop(), elsewhere.stop()]);
  });

  test('ends with the key, and with the session', async () => {
    const { id, key } = await service.controlplane.createKey('short', 'editor');
    const opened = await asker(service.url)('POST', '/api/v1/session', { key });
    const cookie = opened.headers.get('set-cookie')!.split(';')[0]!;
    const [byKey, bySession] = [await listen({ 'x-wax-key': key }), await listen({ cookie })];
    const csrf = { cookie, 'x-csrf-token': opened.body.csrf_token as string };
    expect((await asker(service.url, csrf)('DELETE', '/api/v1/session')).status).toBe(204);
    await until(() => bySession.ended());
    expect(byKey.ended()).toBe(false);
    await service.ask('DELETE', `/api/v1/keys/${id}`);
    await until(() => byKey.ended());
  });

  test('refuses what it does not know', async () => {
    const headers = await keyOf('viewer');
    for (const query of ['?events=everything', '?events=', '?nonsense=1']) {
      const refused = await listen(headers, query);
      expect(refused.status).toBe(400);
      await refused.stop();
    }
  });
});
