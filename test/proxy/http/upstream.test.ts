import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/call/json.js';
import type { Frame } from '../../../src/proxy/frame.js';
import { HttpUpstream } from '../../../src/proxy/http/upstream/http-upstream.js';
import type { HttpUpstreamOptions } from '../../../src/proxy/http/upstream/options.js';
import type { Peer, Route } from '../../../src/proxy/peer.js';
import { ManualClock } from '../../../src/testing/index.js';
import { closeAll, closing, serve, until, type Reached } from './support.js';

afterEach(closeAll);

const made = (message: object): Frame => ({ text: undefined, message: { jsonrpc: '2.0', ...message } });
const ask = (method = 'tools/call', params: JsonObject = { name: 'x' }, id: unknown = 1): Frame =>
  made({ id, method, params });
const route = (signal?: AbortSignal): Route => ({ sessionId: 's', auth: undefined, signal });
const json = (response: ServerResponse, message: object, status = 200, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ jsonrpc: '2.0', ...message }));
};
const events = (response: ServerResponse, ...texts: string[]): void => {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const text of texts) response.write(text);
};
const event = (message: object, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;

interface Far {
  readonly peer: Peer;
  readonly reached: Reached[];
  readonly came: { readonly frame: Frame; readonly route: Route | undefined }[];
  readonly upstream: HttpUpstream;
  closed: string | undefined;
}

/** A session with a server that answers as the test says. */
async function far(
  answer: (request: IncomingMessage, response: ServerResponse, body: JsonObject) => unknown,
  options: Partial<HttpUpstreamOptions> = {},
): Promise<Far> {
  const { url, reached } = await serve((request, response, body) => answer(request, response, Object(body)));
  const upstream = new HttpUpstream({ url, ...options });
  closing(() => upstream.close());
  const peer = upstream.open();
  const opened: Far = { peer, reached, came: [], upstream, closed: undefined };
  peer.start({
    onFrame: (frame, by) => void opened.came.push({ frame, route: by }),
    onClose: (why) => void (opened.closed = why),
  });
  return opened;
}

async function answerTo(opened: Far, frame = ask()): Promise<JsonObject> {
  const before = opened.came.length;
  await opened.peer.send(frame, route());
  await until(() => opened.came.length > before);
  return opened.came[before]?.frame.message as JsonObject;
}

describe('what comes back', () => {
  test('goes by the very route of what was asked', async () => {
    const opened = await far((_request, response, { id }) => {
      events(response, event({ method: 'notifications/message', params: {} }), event({ id, result: {} }));
      response.end();
    });
    const by = route();
    await opened.peer.send(ask(), by);
    await until(() => opened.came.length === 2);
    expect(opened.came.map((each) => each.route === by)).toEqual([true, true]);
  });

  test.each<[string, (response: ServerResponse, id: unknown) => unknown, string]>([
    ['nothing', (response) => response.writeHead(202).end(), 'did not answer the request'],
    [
      'a page',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      'did not answer the request',
    ],
    [
      'no JSON',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
      'what is no answer',
    ],
    [
      'two members of one name',
      (response, id) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(`{"jsonrpc":"2.0","id":${String(id)},"result":{},"result":{}}`),
      'what is no answer',
    ],
    [
      'the answer to something else',
      (response) => json(response, { id: 99, result: {} }),
      'did not answer the request',
    ],
    [
      'a stream that ends',
      (response) => {
        events(response, ': hello\n\n');
        response.end();
      },
      'did not answer the request',
    ],
    [
      'junk in a stream',
      (response) => {
        events(response, 'data: junk\n\n');
      },
      'what is no message',
    ],
    [
      'what is compressed',
      (response) =>
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync('{}')),
      'compressed',
    ],
    [
      'what is not UTF-8',
      (response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([0x22, 0xff, 0x22])),
      'not UTF-8',
    ],
    [
      'more than it may',
      (response, id) => json(response, { id, result: { pad: 'x'.repeat(60_000) } }),
      'more than the proxy takes',
    ],
    [
      'an event without end',
      (response) => {
        events(response, `data: ${'x'.repeat(60_000)}`);
      },
      'more than the proxy takes',
    ],
    [
      'a way elsewhere',
      (response) => response.writeHead(307, { location: 'http://evil.example/mcp' }).end(),
      'sent the proxy elsewhere (HTTP 307)',
    ],
    ['a refusal', (response) => response.writeHead(401).end('secret-detail'), 'HTTP 401): check the credentials'],
    ['a fault', (response) => response.writeHead(502).end('<html>'), 'HTTP 502'],
    ['a connection that breaks', (response) => response.destroy(), 'cannot be reached'],
  ])('is an error in our words where it is %s', async (_title, answer, text) => {
    const opened = await far((_request, response, { id }) => answer(response, id), {
      limits: { maxMessageBytes: 50_000 },
      headers: { authorization: 'Bearer configured-secret' },
    });
    const { id, error } = await answerTo(opened);
    expect(id).toBe(1);
    expect(Object(error).code).toBe(-32000);
    expect(Object(error).message).toContain(text);
    expect(Object(error).message).not.toMatch(/secret|evil|html/);
    expect(opened.reached).toHaveLength(1);
  });

  test('is the JSON-RPC error of the server where there is one', async () => {
    const opened = await far((_request, response) =>
      json(response, { id: null, error: { code: -32602, message: 'no' } }, 400),
    );
    expect(await answerTo(opened)).toEqual({ jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'no' } });
  });

  test('is an error where nobody listens at the address', async () => {
    const upstream = new HttpUpstream({ url: 'http://127.0.0.1:9/mcp' });
    closing(() => upstream.close());
    const peer = upstream.open();
    const came: Frame[] = [];
    peer.start({ onFrame: (frame) => void came.push(frame), onClose: () => undefined });
    await peer.send(ask(), undefined);
    await until(() => came.length === 1);
    expect(came[0]?.message.error).toEqual({
      code: -32000,
      message: 'The upstream server cannot be reached (ECONNREFUSED).',
    });
  });

  test('is an error where it takes too long', async () => {
    const opened = await far(() => undefined, { limits: { silenceMs: 300 } });
    expect(Object((await answerTo(opened))['error']).message).toBe('The upstream server did not answer in time.');
  });

  test('is taken up where a stream broke before the answer', async () => {
    const clock = new ManualClock();
    const opened = await far(
      (request, response, { id }) => {
        if (request.method === 'POST') {
          events(
            response,
            `id: 7\nretry: 50\ndata: \n\n`,
            event({ method: 'notifications/message', params: { n: id } }, '8'),
          );
          setImmediate(() => response.destroy());
        } else {
          events(response, event({ id: 1, result: { late: true } }, '9'));
          response.end();
        }
      },
      { clock },
    );
    await opened.peer.send(ask(), route());
    await clock.untilPending();
    await clock.advance(50);
    await until(() => opened.came.length === 2);
    expect(opened.came[1]?.frame.message.result).toEqual({ late: true });
    expect(opened.reached.map(({ method, headers }) => [method, headers['last-event-id']])).toEqual([
      ['POST', undefined],
      ['GET', '8'],
    ]);
  });

  test('to a request that was taken back is not waited for', async () => {
    let gone = false;
    const opened = await far((_request, response) => response.on('close', () => (gone = true)));
    const over = new AbortController();
    const params = { name: 'x', _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } };
    await opened.peer.send(ask('tools/call', params), route(over.signal));
    await until(() => opened.reached.length === 1);
    over.abort();
    await until(() => gone);
  });
});

describe('sessions', () => {
  const begin = ask('initialize', { protocolVersion: '2025-11-25' }, 'i');
  const begun = (response: ServerResponse, id: unknown, version = '2025-11-25', name = 'named'): void =>
    json(response, { id, result: { protocolVersion: version } }, 200, { 'mcp-session-id': name });

  test('keep their name and revision, and end', async () => {
    const opened = await far((request, response, { id, method }) => {
      if (method === 'initialize') begun(response, id);
      else if (request.method === 'POST') response.writeHead(202).end();
      else response.writeHead(request.method === 'GET' ? 405 : 204).end();
    });
    await answerTo(opened, begin);
    await opened.peer.send(made({ method: 'notifications/initialized' }), undefined);
    await until(() => opened.reached.length === 3);
    await opened.peer.close();
    const of = opened.reached.map(({ method, headers }) => [
      method,
      headers['mcp-session-id'],
      headers['mcp-protocol-version'],
    ]);
    expect(of).toEqual([
      ['POST', undefined, undefined],
      ['POST', 'named', '2025-11-25'],
      ['GET', 'named', '2025-11-25'],
      ['DELETE', 'named', '2025-11-25'],
    ]);
    await expect(opened.peer.send(ask(), undefined)).rejects.toThrow('over');
  });

  test('follow what the server says by itself, and come back where that broke', async () => {
    const clock = new ManualClock();
    let opens = 0;
    const opened = await far(
      (request, response, { id, method }) => {
        if (method === 'initialize') begun(response, id);
        else if (request.method !== 'GET') response.writeHead(202).end();
        else {
          events(response, event({ method: 'notifications/message', params: { n: ++opens } }, `e${opens}`));
          if (opens === 1) response.end();
        }
      },
      { clock },
    );
    await answerTo(opened, begin);
    await opened.peer.send(made({ method: 'notifications/initialized' }), undefined);
    await until(() => opened.came.length === 2);
    await clock.untilPending();
    await clock.advance(1_000);
    await until(() => opened.came.length === 3);
    expect(opened.came.slice(1).map((each) => each.route)).toEqual([undefined, undefined]);
    expect(opened.reached.at(-1)?.headers['last-event-id']).toBe('e1');
  });

  test('that are begun anew as others are over', async () => {
    let times = 0;
    const opened = await far((_request, response, { id, method }) => {
      if (method === 'initialize') begun(response, id, ++times === 1 ? '2025-11-25' : '2025-06-18');
      else response.writeHead(404).end();
    });
    await answerTo(opened, begin);
    const { error } = await answerTo(opened);
    expect(Object(error).message).toContain('does not begin it anew as it was');
    expect(opened.closed).toBe('The upstream server has ended the session.');
  });

  test('with a name that cannot be one do not begin', async () => {
    const opened = await far((_request, response, { id }) => begun(response, id, '2025-11-25', 'two words'));
    expect(Object((await answerTo(opened, begin))['error']).message).toContain('a name that is none');
  });

  test('what is said is taken before what is asked after it', async () => {
    const order: unknown[] = [];
    const opened = await far((_request, response, { id, method }) => {
      order.push(method);
      if (id === undefined) setTimeout(() => response.writeHead(202).end(), 20);
      else json(response, { id, result: {} });
    });
    void opened.peer.send(made({ method: 'first' }), undefined);
    void opened.peer.send(made({ method: 'second' }), undefined);
    await answerTo(opened, ask('third'));
    expect(order).toEqual(['first', 'second', 'third']);
  });

  test('that are gone are begun anew once, whoever finds out', async () => {
    const known = new Set(['first']);
    let begins = 0;
    const opened = await far((request, response, { id, method }) => {
      const session = String(request.headers['mcp-session-id']);
      if (method === 'initialize') begun(response, id, '2025-11-25', ++begins === 1 ? 'first' : 'second');
      else if (!known.has(session)) response.writeHead(404).end();
      else if (id === undefined) response.writeHead(202).end();
      else json(response, { id, result: { session } });
      if (begins === 2) known.add('second');
    });
    await answerTo(opened, begin);
    known.clear();
    await Promise.all([1, 2, 3].map((id) => opened.peer.send(ask('ping', {}, id), undefined)));
    await until(() => opened.came.length === 4);
    expect(opened.came.slice(1).map(({ frame }) => Object(frame.message.result).session)).toEqual([
      'second',
      'second',
      'second',
    ]);
    expect(begins).toBe(2);
  });

  test('of 2024-11-05 have to say where to post', async () => {
    const clock = new ManualClock();
    const opened = await far(
      (request, response) => {
        if (request.method === 'POST') response.writeHead(404).end();
        else events(response, ': nothing\n\n');
      },
      { clock },
    );
    await opened.peer.send(begin, undefined);
    await until(() => opened.reached.length === 2);
    await clock.advance(10_000);
    await until(() => opened.came.length === 1);
    expect(opened.came[0]?.frame.message.error).toBeDefined();
  });

  test('of 2024-11-05 stay with their origin', async () => {
    const opened = await far((request, response) => {
      if (request.method === 'POST') response.writeHead(404).end();
      else events(response, 'event: endpoint\ndata: http://evil.example/messages\n\n');
    });
    expect(Object((await answerTo(opened, begin))['error']).message).toContain('to another origin');
  });

  test('of 2024-11-05 are over when their stream is', async () => {
    let stream: ServerResponse | undefined;
    const opened = await far((request, response, { id, method }) => {
      if (request.url === '/mcp' && request.method === 'POST') response.writeHead(405).end();
      else if (request.method === 'GET') events((stream = response), 'event: endpoint\ndata: /messages\n\n');
      else {
        response.writeHead(202).end();
        if (method === 'initialize') events(stream as ServerResponse, event({ id, result: {} }));
        else stream?.end();
      }
    });
    await answerTo(opened, begin);
    expect(Object((await answerTo(opened))['error']).message).toBe('The upstream server ended the connection.');
    await until(() => opened.closed !== undefined);
  });
});

describe('options', () => {
  test.each<[string, HttpUpstreamOptions, string]>([
    ['no address', { url: 'example.com/mcp' }, 'begins with http'],
    ['a file', { url: 'file:///etc/passwd' }, 'begins with http'],
    ['a user in the address', { url: 'https://user:hidden@example.com/mcp' }, 'belong into headers'],
    [
      'a header of the transport',
      { url: 'https://example.com', headers: { 'Mcp-Session-Id': 'hidden' } },
      '"Mcp-Session-Id"',
    ],
    ['a host', { url: 'https://example.com', headers: { host: 'hidden' } }, '"host"'],
    ['a header with a line end', { url: 'https://example.com', headers: { 'x-a': 'hidden\r\nx-b: 1' } }, 'x-a'],
  ])('with %s are refused', (_title, options, text) => {
    expect(() => new HttpUpstream(options)).toThrow(text);
    expect(() => new HttpUpstream(options)).not.toThrow('hidden');
  });
});

test('close leaves nothing open', async () => {
  let gone = 0;
  const opened = await far((_request, response) => response.on('close', () => gone++));
  await opened.peer.send(ask('a', {}, 1), undefined);
  await opened.peer.send(ask('b', {}, 2), undefined);
  await until(() => opened.reached.length === 2);
  await opened.upstream.close();
  await until(() => gone === 2);
  expect(opened.came).toEqual([]);
});
