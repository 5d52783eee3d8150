import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Frame } from '../../../src/proxy/frame.js';
import { createHttpInbound, type HttpInbound } from '../../../src/proxy/http/inbound/http-inbound.js';
import type { HttpInboundOptions } from '../../../src/proxy/http/inbound/options.js';
import type { Peer, Route } from '../../../src/proxy/peer.js';
import { ManualClock } from '../../../src/testing/index.js';
import { begin, closeAll, closing, initialize, notification, POST_HEADERS, raw, rpc, until } from './support.js';

afterEach(closeAll);

interface Client {
  readonly peer: Peer;
  readonly came: { readonly frame: Frame; readonly route: Route | undefined }[];
  closed: string | undefined;
}

const TOKENS = ['first-token-of-all', 'other-token-of-all'];
const as = (token: string | undefined): Record<string, string> => ({ authorization: `Bearer ${String(token)}` });

/** The near end alone; the test is the other. `initialize` is answered by itself. */
async function near(
  options: HttpInboundOptions = {},
): Promise<{ url: string; clients: Client[]; inbound: HttpInbound }> {
  const inbound = createHttpInbound(options);
  const clients: Client[] = [];
  inbound.onSession((peer) => {
    const client: Client = { peer, came: [], closed: undefined };
    clients.push(client);
    peer.start({
      async onFrame(frame, route) {
        client.came.push({ frame, route });
        const { id, method, params } = frame.message;
        const { protocolVersion } = Object(params);
        if (method === 'initialize') await peer.send(made({ id, result: { protocolVersion } }), route);
      },
      onClose: (why) => void (client.closed = why),
    });
  });
  const { url } = await inbound.listen();
  closing(() => inbound.close());
  return { url, clients, inbound };
}

const made = (message: object): Frame => ({ text: undefined, message: { jsonrpc: '2.0', ...message } });

/** Opens a stream and reads it as it comes. */
async function stream(
  url: string,
  headers: Record<string, string>,
  { method = 'GET', body }: { method?: string; body?: string } = {},
): Promise<{ answer: IncomingMessage; text: () => string; ended: () => boolean; cut: () => void }> {
  let text = '';
  let ended = false;
  const accept = method === 'GET' ? { ...headers, accept: 'text/event-stream' } : headers;
  const sending = httpRequest(url, { method, headers: accept, agent: false });
  sending.on('error', () => undefined).end(body);
  const answer = await new Promise<IncomingMessage>((resolve) => sending.on('response', resolve));
  answer.on('data', (chunk) => (text += String(chunk))).on('error', () => undefined);
  answer.on('close', () => (ended = true));
  closing(() => sending.destroy());
  return { answer, text: () => text, ended: () => ended, cut: () => sending.destroy() };
}

const lastId = (text: string): string => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';
const dataOf = (text: string): unknown[] =>
  [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data as string));

describe('sessions', () => {
  test('have names that cannot be guessed, one for each client', async () => {
    const { url, clients } = await near();
    const [one, other] = [await begin(url), await begin(url)];
    expect(one['mcp-session-id']).toMatch(/^[\w-]{43}$/);
    expect(one['mcp-session-id']).not.toBe(other['mcp-session-id']);
    expect(clients).toHaveLength(2);
  });

  test('belong to whoever began them', async () => {
    const { url, clients } = await near({ tokens: TOKENS });
    const headers = await begin(url, as(TOKENS[0]));
    const stolen = { ...headers, ...as(TOKENS[1]) };
    for (const [method, body] of [
      ['POST', rpc('ping', {}, 2)],
      ['GET', undefined],
      ['DELETE', undefined],
    ] as const) {
      const answer = await raw(url, { method, headers: stolen, ...(body === undefined ? {} : { body }) });
      expect([answer.status, answer.json.error?.code]).toEqual([404, -32001]);
    }
    expect(clients[0]?.came).toHaveLength(1);
    expect(clients[0]?.closed).toBeUndefined();
  });

  test('end when nobody uses them, but not while a stream is open', async () => {
    const clock = new ManualClock();
    const { url, clients } = await near({ clock, limits: { sessionIdleMs: 60_000 } });
    const [idle, busy] = [await begin(url), await begin(url)];
    const open = await stream(url, busy);
    await clock.advance(50_000);
    expect(clients.map(({ closed }) => closed)).toEqual([undefined, undefined]);
    await clock.advance(50_000);
    expect(clients.map(({ closed }) => closed)).toEqual(['Nobody used the session.', undefined]);
    expect((await raw(url, { headers: idle, body: rpc('ping', {}, 2) })).status).toBe(404);
    open.cut();
  });

  test('make room for those of the same client, and for nobody else', async () => {
    const { url, clients } = await near({ tokens: TOKENS, limits: { maxSessions: 2 } });
    await begin(url, as(TOKENS[0]));
    await begin(url, as(TOKENS[0]));
    const refused = await raw(url, { headers: { ...POST_HEADERS, ...as(TOKENS[1]) }, body: initialize() });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '30']);
    await begin(url, as(TOKENS[0]));
    expect(clients.map(({ closed }) => closed)).toEqual([
      'The session made room for another one.',
      undefined,
      undefined,
    ]);
  });

  test('end where their initialize is refused', async () => {
    const inbound = createHttpInbound({});
    let closed = '';
    inbound.onSession((peer) => {
      peer.start({
        onFrame: ({ message: { id } }, route) => peer.send(made({ id, error: { code: -32602, message: 'no' } }), route),
        onClose: (why) => (closed = why),
      });
    });
    const { url } = await inbound.listen();
    closing(() => inbound.close());
    const answer = await raw(url, { body: initialize() });
    expect(answer.json.error).toEqual({ code: -32602, message: 'no' });
    expect(closed).toBe('The session could not begin.');
  });

  test('answer what is under way when the other side ends them', async () => {
    const { url, clients } = await near();
    const headers = await begin(url);
    const asking = raw(url, { headers, body: rpc('tools/call', { name: 'x' }, 9) });
    await until(() => clients[0]?.came.length === 2);
    await clients[0]?.peer.close();
    const answer = await asking;
    expect([answer.status, answer.json.id, answer.json.error?.code]).toEqual([404, 9, -32001]);
  });
});

describe('answers', () => {
  test('are JSON where there is one and it comes soon', async () => {
    const { url, clients } = await near();
    const headers = await begin(url);
    const asking = raw(url, { headers, body: rpc('ping', {}, 'a') });
    await until(() => clients[0]?.came.length === 2);
    await clients[0]?.peer.send(made({ id: 'a', result: {} }), clients[0].came[1]?.route);
    const answer = await asking;
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.json).toEqual({ jsonrpc: '2.0', id: 'a', result: {} });
  });

  test('become streams where they take long', async () => {
    const clock = new ManualClock();
    const { url, clients } = await near({ clock });
    const headers = await begin(url);
    const opening = stream(url, headers, { method: 'POST', body: rpc('ping', {}, 2) });
    await until(() => clients[0]?.came.length === 2);
    await clock.advance(1_000);
    const { answer, text, ended } = await opening;
    expect(answer.headers['content-type']).toBe('text/event-stream');
    await clock.advance(15_000);
    await until(() => text().includes(': keep-alive'));
    await clients[0]?.peer.send(made({ id: 2, result: {} }), clients[0].came[1]?.route);
    await until(ended);
    expect(dataOf(text())).toEqual([{ jsonrpc: '2.0', id: 2, result: {} }]);
  });

  test('go to nobody but who asked', async () => {
    const { url, clients } = await near();
    const [one, other] = [await begin(url), await begin(url)];
    const [oneAsks, otherAsks] = [
      raw(url, { headers: one, body: rpc('a', {}, 1) }),
      raw(url, { headers: other, body: rpc('b', {}, 1) }),
    ];
    await until(() => clients.every(({ came }) => came.length === 2));
    // By the way of another session nothing is sent.
    await clients[0]?.peer.send(made({ id: 1, result: { of: 'wrong' } }), clients[1]?.came[1]?.route);
    for (const [at, of] of ['one', 'other'].entries()) {
      await clients[at]?.peer.send(made({ id: 1, result: { of } }), clients[at].came[1]?.route);
    }
    expect((await oneAsks).json['result']).toEqual({ of: 'one' });
    expect((await otherAsks).json['result']).toEqual({ of: 'other' });
  });

  test('notifications and answers of clients are taken without one', async () => {
    const { url, clients } = await near();
    const headers = await begin(url);
    const answer = await raw(url, { headers, body: notification('notifications/initialized') });
    expect([answer.status, answer.text]).toEqual([202, '']);
    expect(clients[0]?.came[1]?.frame.message.method).toBe('notifications/initialized');
  });
});

describe('streams', () => {
  test('carry what belongs to no request, also what was said before they were open', async () => {
    const { url, clients } = await near();
    const headers = await begin(url);
    await clients[0]?.peer.send(made({ method: 'first' }), undefined);
    const { text, answer } = await stream(url, headers);
    expect(answer.headers).toMatchObject({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    await clients[0]?.peer.send(made({ method: 'second' }), undefined);
    await until(() => dataOf(text()).length === 2);
    expect(dataOf(text())).toEqual([
      { jsonrpc: '2.0', method: 'first' },
      { jsonrpc: '2.0', method: 'second' },
    ]);
    expect((await raw(url, { method: 'GET', headers: { ...headers, accept: 'text/event-stream' } })).status).toBe(409);
  });

  test('are taken up where they broke', async () => {
    const { url, clients } = await near();
    const headers = await begin(url);
    const first = await stream(url, headers);
    for (const n of [1, 2]) await clients[0]?.peer.send(made({ method: 'n', params: { n } }), undefined);
    await until(() => dataOf(first.text()).length === 2);
    const id = lastId(first.text());
    first.cut();
    await until(first.ended);
    for (const n of [3, 4]) await clients[0]?.peer.send(made({ method: 'n', params: { n } }), undefined);
    const second = await stream(url, { ...headers, 'last-event-id': id });
    await until(() => dataOf(second.text()).length === 2);
    expect(dataOf(second.text()).map((each) => Object(each).params.n)).toEqual([3, 4]);
  });

  test('of an answer are taken up as well, with nothing of another stream', async () => {
    const { url, clients } = await near();
    const headers = await begin(url);
    const opening = stream(url, headers, { method: 'POST', body: rpc('tools/call', { name: 'x' }, 5) });
    await until(() => clients[0]?.came.length === 2);
    const { peer, came } = clients[0] as Client;
    await peer.send(made({ method: 'notifications/progress', params: { progress: 1 } }), came[1]?.route);
    const first = await opening;
    await until(() => dataOf(first.text()).length === 1);
    first.cut();
    await until(first.ended);
    await peer.send(made({ method: 'of-no-request' }), undefined);
    await peer.send(made({ id: 5, result: { done: true } }), came[1]?.route);
    const second = await stream(url, { ...headers, 'last-event-id': lastId(first.text()) });
    await until(second.ended);
    expect(dataOf(second.text())).toEqual([{ jsonrpc: '2.0', id: 5, result: { done: true } }]);
  });

  test('begin with an id from the revision on that knows such events', async () => {
    const { url } = await near();
    for (const [version, isPrimed] of [
      ['2025-11-25', true],
      ['2025-06-18', false],
    ] as const) {
      const opened = await stream(url, await begin(url, {}, version));
      if (isPrimed) await until(() => opened.text().startsWith('id: g.0\ndata: \n\n'));
      else expect(opened.text()).toBe('');
    }
  });

  test.each([['g.999'], ['p7.1'], ['x'], ['g.0\u00e4']])('are not taken up from %s', async (id) => {
    const { url } = await near();
    const headers = await begin(url);
    const answer = await raw(url, {
      method: 'GET',
      headers: { ...headers, accept: 'text/event-stream', 'last-event-id': id },
    });
    expect([answer.status, answer.json.error?.code]).toEqual([400, -32000]);
  });

  test('what nobody listens to is not kept without bounds', async () => {
    const { url, clients } = await near({ limits: { replayBytes: 2_000 } });
    const headers = await begin(url);
    const pad = 'x'.repeat(300);
    const sent = await Promise.allSettled(
      Array.from({ length: 5 }, () => clients[0]?.peer.send(made({ method: 'n', params: { pad } }), undefined)),
    );
    expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected']);
    const late = await stream(url, headers);
    await until(() => dataOf(late.text()).length === 2);
  });

  test('are cut where nobody reads them, and hold the sender back until then', async () => {
    const clock = new ManualClock();
    const { url, clients } = await near({ clock, limits: { slowReaderMs: 5_000 } });
    const headers = await begin(url);
    const { answer, ended } = await stream(url, headers);
    answer.pause();
    const big = made({ method: 'n', params: { pad: 'x'.repeat(8 * 1024 ** 2) } });
    let isTaken = false;
    const sending = clients[0]?.peer.send(big, undefined).then(() => (isTaken = true));
    await clock.advance(4_999);
    expect(isTaken).toBe(false);
    await clock.advance(1);
    await sending;
    answer.resume();
    await until(ended);
    expect(answer.complete).toBe(false);
  });

  test('and requests are not more than there may be', async () => {
    const { url, clients } = await near({ limits: { maxStreams: 2 } });
    const headers = await begin(url);
    const open = await stream(url, headers);
    const asking = raw(url, { headers, body: rpc('a', {}, 1) });
    await until(() => clients[0]?.came.length === 2);
    const refused = await raw(url, { headers, body: rpc('b', {}, 2) });
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    await clients[0]?.peer.send(made({ id: 1, result: {} }), clients[0].came[1]?.route);
    await asking;
    open.cut();
  });
});

test('close ends sessions, streams and connections', async () => {
  const { url, clients, inbound } = await near();
  const headers = await begin(url);
  const open = await stream(url, headers);
  const asking = raw(url, { headers, body: rpc('a', {}, 1) });
  await until(() => clients[0]?.came.length === 2);
  await inbound.close();
  expect((await asking).json.error?.message).toBe('The proxy stops.');
  await until(open.ended);
  expect(clients[0]?.closed).toBe('The proxy stops.');
  await expect(raw(url, { headers, body: rpc('a', {}, 2) })).rejects.toThrow('ECONNREFUSED');
});

test('healthz says that it is there, to whoever asks', async () => {
  const { url } = await near({ tokens: TOKENS });
  const answer = await raw(url, { method: 'GET', path: '/healthz', headers: { host: '10.0.0.7' } });
  expect([answer.status, answer.json]).toEqual([200, { status: 'ok' }]);
});
