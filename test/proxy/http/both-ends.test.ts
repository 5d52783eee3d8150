import { afterEach, describe, expect, test } from '@jest/globals';
import {
  begin,
  closeAll,
  connect1,
  connect2,
  notification,
  POST_HEADERS,
  raw,
  rpc,
  serveOldSse,
  serveSessions,
  serveSingles,
  through,
  until,
} from './support.js';

afterEach(closeAll);

const UPSTREAMS = [
  ['sessions, as streams', () => serveSessions()],
  ['sessions, as JSON', () => serveSessions({ json: true })],
  ['the transport of 2024-11-05', serveOldSse],
  ['SDK 2.x', serveSingles],
] as const;
const CLIENTS = [
  ['1.x', connect1],
  ['2.x', connect2],
] as const;

const textOf = (result: unknown): unknown => (result as { content: { text: string }[] }).content[0]?.text;

describe.each(UPSTREAMS)('a server of %s', (title, serveIt) => {
  describe.each(CLIENTS)('and a client of SDK %s', (line, connect) => {
    test('lists and calls tools', async () => {
      const server = await serveIt();
      const { url } = await through({ url: server.url });
      const client = await connect(url);
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain('echo');
      const result = await client.callTool({ name: 'echo', arguments: { say: 'grüß dich', n: 1 } });
      expect(textOf(result)).toBe('{"say":"grüß dich","n":1}');
      expect(server.called).toHaveLength(1);
    });

    test('gets the progress of its calls', async () => {
      const server = await serveIt();
      const { url } = await through({ url: server.url });
      const client = await connect(url);
      const heard: number[] = [];
      const onprogress = ({ progress }: { progress: number }): void => void heard.push(progress);
      if (line === '1.x')
        await (client as never as { callTool: (...args: unknown[]) => Promise<unknown> }).callTool(
          { name: 'report' },
          undefined,
          { onprogress },
        );
      else await client.callTool({ name: 'report' }, { onprogress } as never);
      // The older transport has one stream for all: what belongs to which call is the relay's to know.
      if (title !== 'the transport of 2024-11-05')
        expect(heard).toEqual(title === 'sessions, as JSON' ? [] : [1, 2, 3]);
    });
  });
});

test('a server asks through its answer to a call, and is answered', async () => {
  const server = await serveSessions();
  const { url } = await through({ url: server.url });
  const client = await connect1(url);
  expect(textOf(await client.callTool({ name: 'ask' }))).toBe('{"name":"Ada"}');
});

test('requests of 2026-07-28 carry the headers of what is sent', async () => {
  const server = await serveSingles();
  const { url } = await through({ url: server.url });
  const client = await connect2(url);
  await client.listTools();
  await client.callTool({ name: 'region', arguments: { region: 'Zürich' } });
  const last = server.reached.at(-1);
  expect(last?.headers).toMatchObject({
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': 'region',
    'mcp-param-region': '=?base64?WsO8cmljaA==?=',
  });
  expect(last?.headers['mcp-session-id']).toBeUndefined();
});

test('requests of 2026-07-28 belong to no session, whatever they name', async () => {
  const server = await serveSingles();
  const { url } = await through({ url: server.url });
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const headers = {
    ...POST_HEADERS,
    ...{ 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo', 'mcp-session-id': 'x' },
  };
  const answer = await raw(url, { headers, body: rpc('tools/call', { name: 'echo', _meta }, 1) });
  expect([answer.status, answer.headers['mcp-session-id']]).toEqual([200, undefined]);
  expect(server.called).toHaveLength(1);
});

test('a session ends at the server when the client ends it', async () => {
  const server = await serveSessions();
  const { url, peers } = await through({ url: server.url });
  const client = await connect1(url);
  await (client.transport as never as { terminateSession(): Promise<void> }).terminateSession();
  expect(peers[0]?.closed).toBe('The client ended the session.');
  await until(() => server.reached.some(({ method }) => method === 'DELETE'));
});

test('a session that the server forgot is begun anew, and the call that found out is made once', async () => {
  const server = await serveSessions();
  const { url } = await through({ url: server.url });
  const client = await connect1(url);
  server.forget();
  expect(textOf(await client.callTool({ name: 'echo', arguments: { say: 'again' } }))).toBe('{"say":"again"}');
  expect(server.called).toHaveLength(1);
  expect(server.reached.filter(({ body }) => Object(body).method === 'initialize')).toHaveLength(2);
});

test('a client of 2026-07-28 that hangs up takes its call back', async () => {
  const server = await serveSingles();
  const { url } = await through({ url: server.url });
  const client = await connect2(url);
  const giving = new AbortController();
  const called = client.callTool({ name: 'hang' }, { signal: giving.signal });
  await until(() => server.called.length === 1);
  giving.abort();
  await expect(called).rejects.toThrow();
  await server.aborted;
});

test('a client of a session that hangs up does not', async () => {
  const server = await serveSessions();
  const { url, sent } = await through({ url: server.url });
  const headers = await begin(url);
  const lost = new AbortController();
  const calling = fetch(url, {
    method: 'POST',
    headers,
    body: rpc('tools/call', { name: 'hang' }, 2),
    signal: lost.signal,
  });
  await until(() => server.called.length === 1);
  lost.abort();
  await expect(calling).rejects.toThrow();
  let isAborted = false;
  void server.aborted.then(() => (isAborted = true));
  await raw(url, { headers, body: rpc('tools/call', { name: 'echo' }, 3) });
  expect(isAborted).toBe(false);
  await raw(url, { headers, body: notification('notifications/cancelled', { requestId: 2 }) });
  await server.aborted;
  expect(sent.filter(({ frame }) => frame.message.method === 'notifications/cancelled')).toHaveLength(1);
});
