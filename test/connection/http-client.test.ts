import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock } from '../../src/testing/index.js';
import { systemClock } from '../../src/call/clock.js';
import { ConnectionFault } from '../../src/connection/connection-fault.js';
import { HttpClient } from '../../src/connection/http-client.js';
import { ALLOW, HOSTILE, HostileServer } from './hostile-server.js';

const server = new HostileServer();
let clients: HttpClient[] = [];

function client(clock = systemClock, path = ''): HttpClient {
  const made = new HttpClient({ apiUrl: `${server.url}${path}`, apiKey: 'wax_sk_test', clock, connections: 4 });
  clients.push(made);
  return made;
}

const request = { method: 'POST', path: '/api', body: '{}', timeoutMs: 60_000 } as const;

async function faultOf(answer: Promise<unknown>): Promise<ConnectionFault> {
  const fault = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(fault instanceof ConnectionFault)) throw new Error('not refused');
  return fault;
}

beforeEach(async () => {
  await server.start();
});

afterEach(async () => {
  await Promise.all(clients.map((each) => each.close()));
  clients = [];
  server.requests.length = 0;
  server.answering = (_, response) =>
    void response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', etag: '"7"' }).end(ALLOW);
  await server.stop();
});

describe('HttpClient', () => {
  test('sends the key and nothing that asks for compression', async () => {
    server.answering = (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', etag: '"7"' }).end(ALLOW);
    expect(await client(systemClock, '/below').send(request)).toEqual({ status: 200, etag: '"7"', text: ALLOW });
    const [asked] = server.requests;
    expect(asked?.url).toBe('/below/api');
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer wax_sk_test', 'content-type': 'application/json' });
    expect(asked?.headers).not.toHaveProperty('accept-encoding');
  });

  test('keeps its connection', async () => {
    const http = client();
    for (let i = 0; i < 20; i++) await http.send(request);
    expect(new Set(server.requests.map(({ socket }) => socket.remotePort)).size).toBeLessThanOrEqual(2);
  });

  test.each([301, 302, 303, 307, 308])('follows no redirect (%d): the key goes to no other host', async (code) => {
    const elsewhere = new HostileServer();
    const location = await elsewhere.start();
    server.answering = (_, response) => void response.writeHead(code, { location: `${location}/steal` }).end();
    try {
      expect(await faultOf(client().send(request))).toMatchObject({ kind: 'unusable', status: code });
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await elsewhere.stop();
    }
  });

  test.each([
    ['500', { kind: 'busy', status: 500 }],
    ['503', { kind: 'busy', retryAfterMs: 1000 }],
    ['429', { kind: 'busy', retryAfterMs: 300_000 }],
    ['401', { kind: 'refused', code: 'status_401' }],
    ['403', { kind: 'refused' }],
    ['a page with 200', { kind: 'unusable', code: 'media_type' }],
    ['less than was promised', { kind: 'unreachable' }],
    ['a reset', { kind: 'unreachable' }],
    ['100 MB', { kind: 'unusable', code: 'too_large' }],
    ['a gzip bomb', { kind: 'unusable', code: 'compressed' }],
  ])('%s is a fault', async (name, expected) => {
    server.answering = HOSTILE[name] ?? (() => undefined);
    expect(await faultOf(client().send(request))).toMatchObject(expected);
  });

  test.each(['hanging', 'one byte a second'])('%s: the deadline is for the whole answer', async (name) => {
    server.answering = HOSTILE[name] ?? (() => undefined);
    const clock = new ManualClock();
    const fault = faultOf(client(clock).send({ ...request, timeoutMs: 500 }));
    await clock.untilPending();
    while (server.requests.length === 0) await clock.advance(0);
    await clock.advance(499);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect(await fault).toMatchObject({ kind: 'timeout', message: 'the controlplane did not answer within 500 ms' });
    expect(clock.pending).toBe(0);
  });

  test('nobody there is a fault, and says so', async () => {
    const http = client();
    await server.stop();
    const fault = await faultOf(http.send(request));
    await server.start();
    expect(fault).toMatchObject({ kind: 'unreachable', code: 'ECONNREFUSED' });
  });

  test('whoever gives up is told at once, and nothing is left behind', async () => {
    server.answering = () => undefined;
    const clock = new ManualClock();
    const over = new AbortController();
    const fault = faultOf(client(clock).send({ ...request, signal: over.signal }));
    await clock.untilPending();
    over.abort();
    expect(await fault).toMatchObject({ code: 'gone' });
    expect(clock.pending).toBe(0);
    expect(await faultOf(client(clock).send({ ...request, signal: over.signal }))).toMatchObject({ code: 'gone' });
  });

  test('a stream goes on beyond the deadline of its beginning, and ends when its reader says so', async () => {
    server.answering = (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    const clock = new ManualClock();
    const stream = await client(clock).stream({ method: 'GET', path: '/stream', timeoutMs: 100 });
    await clock.advance(1000);
    const reader = stream.chunks[Symbol.asyncIterator]();
    expect(String((await reader.next()).value)).toBe('data: 1\n\n');
    const next = reader.next();
    stream.close();
    await expect(next).rejects.toThrow();
  });

  test('a stream must be one', async () => {
    server.answering = (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(ALLOW);
    const answer = client().stream({ method: 'GET', path: '/stream', timeoutMs: 1000 });
    expect(await faultOf(answer)).toMatchObject({ kind: 'unusable', code: 'media_type' });
  });
});
