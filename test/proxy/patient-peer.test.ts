import { describe, expect, test } from '@jest/globals';
import type { Message } from '../../src/session/message.js';
import { toFrame } from '../../src/proxy/frame.js';
import { PatientPeer } from '../../src/proxy/patient-peer.js';
import type { Peer, PeerHandlers, Route } from '../../src/proxy/peer.js';
import { startProxy } from '../../src/proxy/index.js';
import { ManualClock } from '../../src/testing/manual-clock.js';
import { startProxied } from './proxied-process.js';

/** A server that answers when it is told to. */
function open(timeoutMs = 1000) {
  const clock = new ManualClock();
  const sent: Message[] = [];
  const came: { readonly message: Message; readonly route: Route | undefined }[] = [];
  let handlers: PeerHandlers | undefined;
  const server: Peer = {
    transport: 'pipe',
    send: async ({ message }) => void sent.push(message),
    start: (given) => (handlers = given),
    close: () => Promise.resolve(),
  };
  const peer = new PatientPeer(server, timeoutMs, clock);
  peer.start({ onFrame: ({ message }, route) => void came.push({ message, route }), onClose: () => undefined });
  const ask = (id: string | number, method = 'tools/call', params = {}, route?: Route) =>
    peer.send(toFrame({ jsonrpc: '2.0', id, method, params }), route);
  const say = (message: object) => handlers?.onFrame(toFrame({ jsonrpc: '2.0', ...message }), undefined);
  return { clock, sent, came, peer, ask, say };
}

describe('a server that has so long to answer', () => {
  test('gets what it does not answer taken back, and its late answer is dropped', async () => {
    const { clock, sent, came, ask, say } = open();
    const route: Route = { sessionId: 'a', auth: undefined, signal: undefined };
    await ask(1, 'tools/call', {}, route);
    await clock.advance(999);
    expect(came).toEqual([]);
    await clock.advance(1);
    const reason = 'The MCP server did not answer within 1000 ms.';
    expect(came).toEqual([{ message: { jsonrpc: '2.0', id: 1, error: { code: -32001, message: reason } }, route }]);
    expect(sent.at(-1)).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 1, reason },
    });
    await say({ id: 1, result: {} });
    expect(came).toHaveLength(1);
    // The same id once more is another request.
    await ask(1);
    await say({ id: 1, result: { second: true } });
    expect(came.at(-1)?.message['result']).toEqual({ second: true });
    await clock.advance(5000);
    expect(came).toHaveLength(2);
  });

  test('has its time again with each progress it tells; others do not count for it', async () => {
    const { clock, came, ask, say } = open();
    await ask('x', 'tools/call', { _meta: { progressToken: 'p' } });
    await clock.advance(900);
    await say({ method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } });
    await clock.advance(900);
    await say({ method: 'notifications/progress', params: { progressToken: 'other', progress: 1 } });
    await clock.advance(99);
    expect(came.filter(({ message }) => message.id === 'x')).toEqual([]);
    await clock.advance(1);
    expect(came.filter(({ message }) => message.id === 'x')).toHaveLength(1);
  });

  test('is not told that the handshake was cancelled, and waits for nothing once it is closed', async () => {
    const { clock, sent, came, peer, ask } = open();
    await ask(0, 'initialize');
    await clock.advance(1000);
    expect([came.length, sent.length]).toEqual([1, 1]);
    await ask(2);
    await peer.close();
    await clock.advance(5000);
    expect(came).toHaveLength(1);
  });

  test('a real one that never answers: the client gets an error, and everything else goes on', async () => {
    const { request, close } = await startProxied({ answerTimeoutMs: 1500 });
    const answer = await request('tools/call', { name: 'hang', arguments: {} });
    expect(answer['error']).toMatchObject({ message: 'The MCP server did not answer within 1500 ms.' });
    const echo = await request('tools/call', { name: 'echo', arguments: { say: 'still here' } });
    expect(JSON.stringify(echo['result'])).toContain('still here');
    await close();
  });

  test.each([0, Number.NaN, 2 ** 31])('%d milliseconds are none', async (answerTimeoutMs) => {
    const target = { kind: 'http', url: 'http://127.0.0.1:1/mcp' } as const;
    const starting = startProxy({ inbound: { kind: 'http' }, upstreams: [{ target, answerTimeoutMs }] }, { env: {} });
    await expect(starting).rejects.toThrow('answerTimeoutMs');
  });
});
