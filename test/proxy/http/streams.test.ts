import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/call/json.js';
import { DocumentCutter } from '../../../src/proxy/http/upstream/document-cutter.js';
import {
  begin,
  closeAll,
  closing,
  connect1,
  POST_HEADERS,
  raw,
  rpc,
  serve,
  serveSessions,
  through,
  until,
} from './support.js';

afterEach(closeAll);

const EVENTS = { 'content-type': 'text/event-stream' };
const line = (message: object): string => JSON.stringify({ jsonrpc: '2.0', ...message });
const dataOf = (text: string): JsonObject[] =>
  [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data as string));
const lastId = (text: string): string => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';

interface Reading {
  readonly answer: IncomingMessage;
  readonly text: () => string;
  readonly cut: () => void;
}

/** Opens a stream and reads it as it comes. */
async function open(url: string, method: string, headers: Record<string, string>, body?: string): Promise<Reading> {
  let text = '';
  const sending = httpRequest(url, { method, headers: { ...POST_HEADERS, ...headers }, agent: false });
  sending.on('error', () => undefined).end(body);
  const answer = await new Promise<IncomingMessage>((resolve) => sending.on('response', resolve));
  answer.on('data', (chunk) => (text += String(chunk))).on('error', () => undefined);
  closing(() => sending.destroy());
  return { answer, text: () => text, cut: () => sending.destroy() };
}

/** A server that ends the stream of every call `slow` at once, and answers whoever comes back for it. */
function polled(answerOf: (id: unknown) => object, rounds = 1): ReturnType<typeof serve> {
  let asked: unknown;
  let left = rounds;
  return serve((request, response, body) => {
    const { id, method, params } = Object(body);
    if (request.method === 'GET') {
      if (request.headers['last-event-id'] === undefined) return response.writeHead(405).end();
      response.writeHead(200, EVENTS);
      if (--left > 0) return response.end('id: again\ndata: \n\n');
      return response.end(`id: last\ndata: ${line({ id: asked, result: answerOf(asked) })}\n\n`);
    }
    if (method === 'initialize')
      return answered(response, id, {
        protocolVersion: '2025-11-25',
        capabilities: {},
        serverInfo: { name: 'polled', version: '1' },
      });
    if (id === undefined) return response.writeHead(202).end();
    if (params?.name !== 'slow')
      return answered(response, id, {
        content: [{ type: 'text', text: params?.arguments?.pad ?? String(left === 0) }],
      });
    asked = id;
    return response.writeHead(200, EVENTS).end('id: first\nretry: 20\ndata: \n\n');
  });
}

function answered(response: ServerResponse, id: unknown, result: object): void {
  response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's' }).end(line({ id, result }));
}

describe('an answer by a stream', () => {
  test.each([
    [false, 'text/event-stream'],
    [true, 'application/json'],
  ])('is one to the client too (JSON: %s)', async (json, type) => {
    const { url } = await through({ url: (await serveSessions({ json })).url });
    const headers = await begin(url);
    const answer = await raw(url, { headers, body: rpc('tools/call', { name: 'echo', arguments: {} }, 5) });
    expect(answer.headers['content-type']).toBe(type);
    if (!json) expect(answer.text).toMatch(/^id: p\d\.0\ndata: \n\n/);
  });

  test('that the server ends early is ended, and taken up when the client comes back', async () => {
    const server = await polled(() => ({ late: true }));
    const { url } = await through({ url: server.url });
    const headers = await begin(url);
    const first = await raw(url, { headers, body: rpc('tools/call', { name: 'slow' }, 5) });
    expect(first.text).toContain('retry: 20\n\n');
    expect(dataOf(first.text)).toEqual([]);
    const again = await raw(url, {
      method: 'GET',
      headers: { ...headers, accept: 'text/event-stream', 'last-event-id': lastId(first.text) },
    });
    expect(dataOf(again.text)).toEqual([{ jsonrpc: '2.0', id: 5, result: { late: true } }]);
    const back = server.reached.filter(({ headers: { 'last-event-id': id } }) => id !== undefined);
    expect(back.map(({ headers: { 'last-event-id': id } }) => id)).toEqual(['first']);
  });

  test('that the server ends again and again reaches a client of the SDK', async () => {
    const { url } = await through({ url: (await polled(() => ({ content: [] }), 4)).url });
    const client = await connect1(url);
    await expect(client.callTool({ name: 'slow' })).resolves.toEqual({ content: [] });
  });

  test('is not ended for a client of a revision without such streams', async () => {
    const { url } = await through({ url: (await polled(() => ({ late: true }))).url });
    const headers = { ...(await begin(url)), 'mcp-protocol-version': '2025-06-18' };
    const { text } = await raw(url, { headers, body: rpc('tools/call', { name: 'slow' }, 5) });
    expect(dataOf(text)).toEqual([{ jsonrpc: '2.0', id: 5, result: { late: true } }]);
  });

  test('is kept for a client that is away, however much it was sent before', async () => {
    const { url } = await through(
      { url: (await polled(() => ({ late: true }))).url },
      { limits: { replayBytes: 4_000 } },
    );
    const headers = await begin(url);
    const pad = 'x'.repeat(900);
    for (let id = 10; id < 15; id++) {
      await raw(url, { headers, body: rpc('tools/call', { name: 'echo', arguments: { pad } }, id) });
    }
    const first = await raw(url, { headers, body: rpc('tools/call', { name: 'slow' }, 5) });
    const again = await open(url, 'GET', { ...headers, 'last-event-id': lastId(first.text) });
    await until(() => dataOf(again.text()).length === 1);
    expect(dataOf(again.text())[0]?.['result']).toEqual({ late: true });
  });

  test('is an error where it is larger than what is kept for a client that is away', async () => {
    const { url } = await through(
      { url: (await polled(() => ({ pad: 'x'.repeat(5_000) }))).url },
      { limits: { replayBytes: 4_000 } },
    );
    const headers = await begin(url);
    const first = await raw(url, { headers, body: rpc('tools/call', { name: 'slow' }, 5) });
    // The server is asked again after its 20 ms; the answers to these come after that.
    let id = 6;
    const isKept = async (): Promise<boolean> => {
      const { text } = await raw(url, { headers, body: rpc('tools/call', { name: 'asked' }, id++) });
      return text.includes('true');
    };
    while (!(await isKept()));
    await isKept();
    const again = await open(url, 'GET', { ...headers, 'last-event-id': lastId(first.text) });
    await until(() => dataOf(again.text()).length === 1);
    expect(dataOf(again.text())).toMatchObject([{ id: 5, error: { code: -32000 } }]);
  });
});

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'agent', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const single = (method: string, params: JsonObject, id: number): [Record<string, string>, string] => [
  {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(typeof params['name'] === 'string' ? { 'mcp-name': params['name'] } : {}),
  },
  rpc(method, { ...params, _meta: META }, id),
];

describe.each([
  ['events', EVENTS, (message: object) => `data: ${line(message)}\n\n`],
  ['lines of JSON', { 'content-type': 'application/json' }, (message: object) => `${line(message)}\n`],
])('a server of 2026-07-28 that streams %s', (_title, head, write) => {
  test('is listened to: each notification at once, in order, until the client goes', async () => {
    let stream: ServerResponse | undefined;
    let gone = false;
    const server = await serve((_request, response, body) => {
      stream = response.writeHead(200, head);
      const subscriptionId = String(Object(body).id);
      const params = { _meta: { 'io.modelcontextprotocol/subscriptionId': subscriptionId }, notifications: {} };
      response.write(write({ method: 'notifications/subscriptions/acknowledged', params }));
      response.on('close', () => (gone = true));
    });
    const { url } = await through({ url: server.url });
    const listening = await open(
      url,
      'POST',
      ...single('subscriptions/listen', { notifications: { toolsListChanged: true } }, 7),
    );
    await until(() => dataOf(listening.text()).length === 1);
    expect(listening.answer.headers['content-type']).toBe('text/event-stream');
    const _meta = { 'io.modelcontextprotocol/subscriptionId': '7' };
    for (let heard = 2; heard < 5; heard++) {
      stream?.write(write({ method: 'notifications/tools/list_changed', params: { _meta } }));
      await until(() => dataOf(listening.text()).length === heard);
    }
    expect(dataOf(listening.text()).map(({ method, params }) => [method, Object(params)._meta])).toEqual([
      ['notifications/subscriptions/acknowledged', _meta],
      ...Array.from({ length: 3 }, () => ['notifications/tools/list_changed', _meta]),
    ]);
    expect(gone).toBe(false);
    listening.cut();
    await until(() => gone);
  });

  test('says something before its answer', async () => {
    const { url } = await through({
      url: (
        await serve((_request, response, body) => {
          response
            .writeHead(200, head)
            .write(write({ method: 'notifications/progress', params: { progressToken: 't', progress: 1 } }));
          response.end(write({ id: Object(body).id, result: { content: [], text: 'a "}{[\\' } }));
        })
      ).url,
    });
    const [headers, body] = single('tools/call', { name: 'x', arguments: {} }, 8);
    const { text } = await raw(url, { headers: { ...POST_HEADERS, ...headers }, body });
    expect(dataOf(text).map(({ method, id }) => method ?? id)).toEqual(['notifications/progress', 8]);
  });
});

test('documents are cut alike, wherever the pieces end', () => {
  const documents = ['{"a":"}\\"{\\\\"}', '\n [ {"b":[1,{}]} ]', '\r\n{\n  "c": "é"\n}'];
  const text = `${documents.join('')}\n 12`;
  for (let size = 1; size <= text.length; size++) {
    const cutter = new DocumentCutter();
    const cut: string[] = [];
    for (let at = 0; at < text.length; at += size) cut.push(...cutter.take(text.slice(at, at + size)));
    expect([cut, cutter.rest()]).toEqual([documents, '\n 12']);
  }
});
