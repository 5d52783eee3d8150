import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  begin,
  closeAll,
  initialize,
  notification,
  POST_HEADERS,
  raw,
  rpc,
  serveSessions,
  through,
  type Served,
  type Through,
} from './support.js';

let server: Served;
let proxy: Through;

beforeEach(async () => {
  server = await serveSessions();
  proxy = await through({ url: server.url }, { limits: { maxBodyBytes: 100_000, headersMs: 200, requestMs: 400 } });
});
afterEach(closeAll);

const MODERN = 'io.modelcontextprotocol/protocolVersion';
const meta = (revision: unknown = '2026-07-28'): Record<string, unknown> => ({ _meta: { [MODERN]: revision } });
const call = rpc('tools/call', { name: 'echo' }, 7);
const modernCall = rpc('tools/call', { name: 'echo', ...meta() }, 7);
const modern = {
  ...POST_HEADERS,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'echo',
};
const without = (headers: Record<string, string>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

describe('requests that are refused before they belong to a session', () => {
  test.each<[string, Parameters<typeof raw>[1], number, number]>([
    ['another host', { headers: { ...POST_HEADERS, host: 'evil.example' }, body: initialize() }, 403, -32000],
    [
      'a host that only begins so',
      { headers: { ...POST_HEADERS, host: 'localhost.evil.example' }, body: initialize() },
      403,
      -32000,
    ],
    [
      'another origin',
      { headers: { ...POST_HEADERS, origin: 'https://evil.example' }, body: initialize() },
      403,
      -32000,
    ],
    [
      'an origin that only begins so',
      { headers: { ...POST_HEADERS, origin: 'http://localhost@evil.example' }, body: initialize() },
      403,
      -32000,
    ],
    ['the origin of a sandbox', { headers: { ...POST_HEADERS, origin: 'null' }, body: initialize() }, 403, -32000],
    ['two session ids', { headers: { ...POST_HEADERS, 'mcp-session-id': ['a', 'b'] }, body: call }, 400, -32000],
    ['another path', { path: '/mcp/', body: initialize() }, 404, -32000],
    ['PUT', { method: 'PUT', body: initialize() }, 405, -32000],
    ['OPTIONS', { method: 'OPTIONS' }, 405, -32000],
    [
      'GET of a revision without it',
      { method: 'GET', headers: { accept: 'text/event-stream', 'mcp-protocol-version': '2026-07-28' } },
      405,
      -32000,
    ],
    ['no content type', { headers: { accept: POST_HEADERS.accept }, body: initialize() }, 415, -32000],
    ['a form', { headers: { ...POST_HEADERS, 'content-type': 'text/plain' }, body: initialize() }, 415, -32000],
    [
      'another charset',
      { headers: { ...POST_HEADERS, 'content-type': 'application/json; charset=utf-16' }, body: initialize() },
      415,
      -32000,
    ],
    [
      'a compressed body',
      { headers: { ...POST_HEADERS, 'content-encoding': 'gzip' }, body: gzipSync(initialize()) },
      415,
      -32000,
    ],
    [
      'a client that reads no streams',
      { headers: { ...POST_HEADERS, accept: 'application/json' }, body: initialize() },
      406,
      -32000,
    ],
    ['a GET that reads no streams', { method: 'GET', headers: { accept: 'application/json' } }, 406, -32000],
    ['no JSON', { body: '{"jsonrpc"' }, 400, -32700],
    ['nothing', { body: '' }, 400, -32700],
    ['no UTF-8', { body: Buffer.from([0x7b, 0xff, 0x7d]) }, 400, -32700],
    [
      'two members of one name',
      { body: '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}' },
      400,
      -32600,
    ],
    ['an id that is none', { body: rpc('tools/call', { name: 'echo' }, null) }, 400, -32600],
    ['an empty batch', { body: '[]' }, 400, -32600],
    ['a batch that begins a session', { body: `[${initialize()}]` }, 400, -32600],
    ['initialize without an id', { body: notification('initialize') }, 400, -32600],
    [
      'initialize within a session',
      { headers: { ...POST_HEADERS, 'mcp-session-id': 'x' }, body: initialize() },
      400,
      -32600,
    ],
    ['no session', { body: call }, 400, -32000],
    [
      'a session that there is not',
      { headers: { ...POST_HEADERS, 'mcp-session-id': 'guess' }, body: call },
      404,
      -32001,
    ],
    [
      'a revision nobody knows',
      { headers: { ...POST_HEADERS, 'mcp-protocol-version': '2031-01-01' }, body: initialize() },
      400,
      -32000,
    ],
    ['a body too large', { body: rpc('initialize', { pad: 'x'.repeat(100_001) }) }, 413, -32000],
    [
      'a body that says it is too large',
      { headers: { ...POST_HEADERS, 'content-length': '52428800' }, body: 'x' },
      413,
      -32000,
    ],
    [
      'the method of another in the header',
      { headers: { ...modern, 'mcp-method': 'tools/list' }, body: modernCall },
      400,
      -32020,
    ],
    [
      'the name of another in the header',
      { headers: { ...modern, 'mcp-name': 'other' }, body: modernCall },
      400,
      -32020,
    ],
    [
      'a name that is encoded wrongly',
      { headers: { ...modern, 'mcp-name': '=?base64?%%?=' }, body: modernCall },
      400,
      -32020,
    ],
    ['no method header', { headers: without(modern, 'mcp-method'), body: modernCall }, 400, -32020],
    ['no name header', { headers: without(modern, 'mcp-name'), body: modernCall }, 400, -32020],
    ['no revision header', { headers: without(modern, 'mcp-protocol-version'), body: modernCall }, 400, -32020],
    [
      'two names in the header',
      { headers: { ...modern, 'mcp-name': ['echo', 'other'] }, body: modernCall },
      400,
      -32000,
    ],
    [
      'another revision in the body',
      { headers: { ...modern, 'mcp-protocol-version': '2025-11-25' }, body: modernCall },
      400,
      -32020,
    ],
    ['no revision in the body', { headers: modern, body: call }, 400, -32602],
    [
      'a later revision in both',
      {
        headers: { ...modern, 'mcp-protocol-version': '2031-01-01' },
        body: rpc('tools/call', { name: 'echo', ...meta('2031-01-01') }, 7),
      },
      400,
      -32022,
    ],
    [
      'a revision that is no text',
      { headers: modern, body: rpc('tools/call', { name: 'echo', ...meta(1) }, 7) },
      400,
      -32020,
    ],
    ['a batch of a revision without batches', { headers: modern, body: `[${modernCall}]` }, 400, -32600],
    [
      'a lying name before an older revision',
      { headers: { ...POST_HEADERS, 'mcp-name': 'other' }, body: call },
      400,
      -32020,
    ],
    [
      'an answer where nobody asks',
      { headers: without(without(modern, 'mcp-method'), 'mcp-name'), body: '{"jsonrpc":"2.0","id":1,"result":{}}' },
      400,
      -32600,
    ],
  ])('%s', async (_title, request, status, code) => {
    const answer = await raw(proxy.url, request);
    expect({ status: answer.status, code: answer.json.error?.code }).toEqual({ status, code });
    expect(answer.headers['content-type']).toBe('application/json');
    expect(proxy.sent).toEqual([]);
    expect(server.reached).toEqual([]);
  });

  test('says which request it refuses where it could read that', async () => {
    const answer = await raw(proxy.url, { headers: { ...modern, 'mcp-name': 'other' }, body: modernCall });
    expect(answer.json.id).toBe(7);
    expect(answer.text).not.toContain('echo');
  });
});

describe('requests within a session', () => {
  test.each<[string, string, Record<string, string>, string, number, number]>([
    ['an unknown revision', '2025-11-25', { 'mcp-protocol-version': '1999-01-01' }, call, 400, -32000],
    ['a batch of a revision without batches', '2025-11-25', {}, `[${call}]`, 400, -32600],
    ['a batch with one id twice', '2025-03-26', {}, `[${call},${call}]`, 400, -32600],
    [
      'a batch that is too long',
      '2025-03-26',
      {},
      `[${Array.from({ length: 101 }, (_, id) => rpc('ping', {}, id)).join()}]`,
      400,
      -32600,
    ],
    ['a name header that lies', '2025-11-25', { 'mcp-name': 'other' }, call, 400, -32020],
  ])('%s is refused', async (_title, version, more, body, status, code) => {
    const headers = await begin(proxy.url, {}, version);
    const [before, reached] = [proxy.sent.length, server.reached.length];
    const answer = await raw(proxy.url, { headers: { ...headers, ...more }, body });
    expect({ status: answer.status, code: answer.json.error?.code }).toEqual({ status, code });
    expect(proxy.sent).toHaveLength(before);
    expect(server.reached).toHaveLength(reached);
  });

  test('a batch of the revision that has them is answered message by message', async () => {
    const headers = await begin(proxy.url, {}, '2025-03-26');
    const body = `[${rpc('tools/call', { name: 'echo', arguments: { n: 1 } }, 'a')},${rpc('ping', {}, 2)}]`;
    const { status, text } = await raw(proxy.url, { headers, body });
    expect(status).toBe(200);
    const ids = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => JSON.parse(data as string).id);
    expect(ids.sort()).toEqual(['a', 2].sort());
    expect(server.called).toHaveLength(1);
  });

  test('credentials of clients do not reach the server', async () => {
    const headers = await begin(proxy.url, { authorization: 'Bearer of-the-client', cookie: 'a=b', 'x-api-key': 'k' });
    await raw(proxy.url, { headers, body: call });
    expect(server.called).toHaveLength(1);
    for (const { headers: came } of server.reached) {
      expect(came).not.toHaveProperty('authorization');
      expect(came).not.toHaveProperty('cookie');
      expect(came).not.toHaveProperty('x-api-key');
      expect(came['mcp-session-id']).not.toBe(headers['mcp-session-id']);
    }
  });
});

describe('connections', () => {
  const open = async (): Promise<{ socket: ReturnType<typeof connectTcp>; text: () => string }> => {
    const { hostname, port } = new URL(proxy.url);
    const socket = connectTcp(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk))).on('error', () => undefined);
    await once(socket, 'connect');
    return { socket, text: () => text };
  };

  test('50 MB are refused while they come', async () => {
    const { socket, text } = await open();
    socket.write(
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
        'Accept: application/json, text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const chunk = Buffer.alloc(65_536, 0x20);
    let answeredAfter = 0;
    for (let sent = 0; sent < 50 * 1024 ** 2 && socket.writable; sent += chunk.length) {
      socket.write('10000\r\n');
      socket.write(chunk);
      if (!socket.write('\r\n'))
        await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
      if (text() !== '') answeredAfter ||= sent;
    }
    socket.end('0\r\n\r\n');
    await once(socket, 'close');
    expect(text()).toMatch(/^HTTP\/1\.1 413 /);
    expect(text()).toContain('"code":-32000');
    expect(answeredAfter).toBeGreaterThan(0);
    expect(answeredAfter).toBeLessThan(10 * 1024 ** 2);
    expect(proxy.sent).toEqual([]);
  });

  test('a head that comes in drops is not waited for', async () => {
    const { socket, text } = await open();
    socket.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    await once(socket, 'close');
    expect(text()).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('neither is a body', async () => {
    const { socket, text } = await open();
    socket.write(
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
        'Accept: application/json, text/event-stream\r\nContent-Length: 1000\r\n\r\n{',
    );
    await once(socket, 'close');
    expect(text()).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(proxy.sent).toEqual([]);
  });

  test.each([
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\n'],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a head that is too large', `X-Pad: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['two hosts', 'Host: localhost\r\nConnection: close\r\n\r\n'],
  ])('%s are refused', async (_title, rest) => {
    const { socket, text } = await open();
    socket.write(`POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${rest}`);
    await once(socket, 'close');
    expect(text()).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(proxy.sent).toEqual([]);
  });
});
