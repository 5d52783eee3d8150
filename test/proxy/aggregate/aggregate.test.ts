import { beforeEach, describe, expect, test } from '@jest/globals';
import { Aggregate } from '../../../src/proxy/aggregate/aggregate.js';
import type { Peer } from '../../../src/proxy/peer.js';
import type { Message } from '../../../src/session/message.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { ScriptedPeer, settled } from './scripted-peer.js';

let client: ScriptedPeer;
let a: ScriptedPeer;
let b: ScriptedPeer;
let clock: ManualClock;
let unknown: Message[];
let aggregate: Aggregate;

/** A server as its relay would be: what the aggregate says reaches `peer`, and what that says comes back. */
function member(name: string, peer: ScriptedPeer) {
  return {
    name,
    start: (of: Peer) => {
      of.start({ onFrame: (frame) => peer.send(frame), onClose: () => undefined });
      peer.start({ onFrame: (frame, route) => of.send(frame, route), onClose: () => undefined });
    },
    close: () => peer.close(),
  };
}

const CAPABLE = {
  tools: { listChanged: true },
  resources: { subscribe: true },
  prompts: {},
  logging: {},
  tasks: { list: {} },
};
const result = (id: unknown, value: object): Message => ({ id, result: value });

beforeEach(async () => {
  [client, a, b] = [new ScriptedPeer(), new ScriptedPeer(), new ScriptedPeer()];
  [clock, unknown] = [new ManualClock(), []];
  aggregate = new Aggregate({
    client,
    members: [member('a', a), member('b', b)],
    clock,
    onUnknownTool: (message) => void unknown.push(message),
  });
  aggregate.start();
});

async function initialize() {
  await client.say({ id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } });
  await a.say(result(0, { protocolVersion: '2025-11-25', capabilities: CAPABLE, instructions: 'A.' }));
  await b.say(result(0, { protocolVersion: '2025-06-18', capabilities: CAPABLE }));
  const said = client.take();
  for (const peer of [client, a, b]) peer.take();
  return said;
}

describe('a session with several servers', () => {
  test('begins with all of them: the oldest protocol, all that any can do, and what they say of themselves', async () => {
    expect(await initialize()).toEqual([
      {
        jsonrpc: '2.0',
        id: 0,
        result: {
          protocolVersion: '2025-06-18',
          capabilities: CAPABLE,
          serverInfo: { name: 'mcp-governance', title: 'a, b', version: '1' },
          instructions: 'a:\nA.',
        },
      },
    ]);
    await client.say({ method: 'notifications/initialized' });
    expect([a.take(), b.take()]).toEqual(Array(2).fill([{ jsonrpc: '2.0', method: 'notifications/initialized' }]));
  });

  test('goes on without a server that does not answer, and says nothing to it but that', async () => {
    await client.say({ id: 0, method: 'initialize', params: {} });
    await a.say(result(0, { protocolVersion: '2025-06-18', capabilities: { tools: {} } }));
    expect(client.take()).toEqual([]);
    await clock.advance(30_000);
    await settled();
    expect(client.take()).toMatchObject([{ id: 0, result: { serverInfo: { title: 'a' } } }]);
    expect(b.take().at(-1)).toMatchObject({ method: 'notifications/cancelled', params: { requestId: 0 } });
    await b.say(result(0, { capabilities: CAPABLE }));
    expect(client.take()).toEqual([]);
    await client.say({ id: 1, method: 'tools/list' });
    expect(b.take()).toEqual([]);
  });

  test('fails where none answers with anything but an error', async () => {
    await client.say({ id: 0, method: 'initialize', params: {} });
    await a.say({ id: 0, error: { code: -1, message: 'no' } });
    aggregate.lost('b', 'gone');
    await settled();
    expect(client.take()).toEqual([{ jsonrpc: '2.0', id: 0, error: { code: -1, message: 'no' } }]);
  });

  test('lists all tools of all servers, all pages of them, under prefixed names', async () => {
    await initialize();
    await client.say({ id: 1, method: 'tools/list' });
    await a.say(result(1, { tools: [{ name: 'x', title: 'X' }], nextCursor: 'more' }));
    expect(a.take().at(-1)).toMatchObject({ id: 1, params: { cursor: 'more' } });
    await b.say(result(1, { tools: [{ name: 'x' }, { name: 'a__x' }, 'no tool', { title: 'nameless' }] }));
    await a.say(result(1, { tools: [{ name: 'y' }] }));
    expect(client.take()).toEqual([
      {
        jsonrpc: '2.0',
        id: 1,
        result: {
          tools: [
            { name: 'a__x', title: 'X' },
            { name: 'a__y' },
            { name: 'b__x' },
            { name: 'b__a__x' },
            { title: 'nameless' },
          ],
        },
      },
    ]);
    await client.say({ id: 2, method: 'tools/list', params: { cursor: 'c' } });
    expect(client.take()).toMatchObject([{ id: 2, error: { code: -32602 } }]);
  });

  test('a server with pages without end, or that fails, hides no other', async () => {
    await initialize();
    await client.say({ id: 1, method: 'prompts/list' });
    await a.say(result(1, { prompts: [{ name: 'p' }], nextCursor: 'same' }));
    await a.say(result(1, { prompts: [{ name: 'q' }], nextCursor: 'same' }));
    await b.say({ id: 1, error: { code: -32603, message: 'broken' } });
    expect(client.take()).toMatchObject([{ id: 1, result: { prompts: [{ name: 'a__p' }, { name: 'a__q' }] } }]);
  });

  test('a call goes to its server under its own name, and nowhere else', async () => {
    await initialize();
    const params = { name: 'b__a__x', arguments: { name: 'a__x' }, _meta: { progressToken: 7 } };
    await client.say({ id: 1, method: 'tools/call', params });
    expect(a.take()).toEqual([]);
    expect(b.take()).toEqual([{ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...params, name: 'a__x' } }]);
    await b.say({ method: 'notifications/progress', params: { progressToken: 7, progress: 1 } });
    await b.say(result(1, { content: [] }));
    await b.say(result(1, { content: ['again'] }));
    expect(client.take()).toEqual([
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 7, progress: 1 } },
      { jsonrpc: '2.0', id: 1, result: { content: [] } },
    ]);
  });

  test.each([['x'], ['c__x'], ['a_x'], ['A__x'], [''], [5], [undefined], [{}]])(
    'a call of %j goes nowhere, and whoever records is told',
    async (name) => {
      await initialize();
      await client.say({ id: 1, method: 'tools/call', params: { name } });
      await client.say({ method: 'tools/call', params: { name } });
      expect([...a.take(), ...b.take()]).toEqual([]);
      expect(client.take()).toMatchObject([{ id: 1, error: { code: -32602 } }]);
      expect(unknown).toHaveLength(2);
    },
  );

  test('a call as a notification is led to its server all the same, where it is judged', async () => {
    await initialize();
    await client.say({ method: 'tools/call', params: { name: 'a__x' } });
    expect(a.take()).toMatchObject([{ method: 'tools/call', params: { name: 'x' } }]);
    expect(b.take()).toEqual([]);
  });

  test('an id can be under way once', async () => {
    await initialize();
    await client.say({ id: 1, method: 'tools/call', params: { name: 'a__x' } });
    await client.say({ id: 1, method: 'tools/call', params: { name: 'b__x' } });
    expect(b.take()).toEqual([]);
    expect(client.take()).toMatchObject([{ id: 1, error: { code: -32600 } }]);
  });

  test('what is cancelled is cancelled at the server that works on it, and answered no more', async () => {
    await initialize();
    await client.say({ id: 1, method: 'tools/call', params: { name: 'a__x' } });
    a.take();
    await client.say({ method: 'notifications/cancelled', params: { requestId: 1 } });
    expect(a.take()).toMatchObject([{ method: 'notifications/cancelled', params: { requestId: 1 } }]);
    expect(b.take()).toEqual([]);
    await a.say(result(1, { content: [] }));
    expect(client.take()).toEqual([]);
    await client.say({ id: 2, method: 'tools/list' });
    await a.say(result(2, { tools: [] }));
    await client.say({ method: 'notifications/cancelled', params: { requestId: 2 } });
    expect(b.take().at(-1)).toMatchObject({ method: 'notifications/cancelled' });
    await clock.advance(60_000);
    await settled();
    expect(client.take()).toEqual([]);
  });

  test('a server that is lost answers with errors, at once and later; the others go on', async () => {
    await initialize();
    await client.say({ id: 1, method: 'tools/call', params: { name: 'a__x' } });
    aggregate.lost('a', 'it crashed');
    await settled();
    await client.say({ id: 2, method: 'tools/call', params: { name: 'a__x' } });
    await client.say({ id: 3, method: 'tools/call', params: { name: 'b__x' } });
    await b.say(result(3, { content: [] }));
    await client.say({ id: 4, method: 'tools/list' });
    await b.say(result(4, { tools: [{ name: 'x' }] }));
    const gone = { code: -32000, message: "The server 'a' is not there." };
    expect(client.take()).toMatchObject([
      { id: 1, error: gone },
      { id: 2, error: gone },
      { id: 3, result: {} },
      { id: 4, result: { tools: [{ name: 'b__x' }] } },
    ]);
  });

  test('requests of servers that count alike get ids of their own, and answers find the way back', async () => {
    await initialize();
    const params = { _meta: { progressToken: 1 } };
    await a.say({ id: 1, method: 'sampling/createMessage', params });
    await b.say({ id: 1, method: 'roots/list' });
    const [ofA, ofB] = client.take();
    expect(ofA).toMatchObject({ method: 'sampling/createMessage', params: { _meta: { progressToken: ofA?.id } } });
    expect(ofA?.id).not.toBe(ofB?.id);
    await client.say({ method: 'notifications/progress', params: { progressToken: ofA?.id, progress: 1 } });
    await client.say(result(ofB?.id, { roots: [] }));
    await client.say(result(ofA?.id, { role: 'x' }));
    await client.say(result(ofA?.id, { role: 'twice' }));
    await client.say(result(1, { role: 'forged' }));
    expect(a.take()).toEqual([
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } },
      { jsonrpc: '2.0', id: 1, result: { role: 'x' } },
    ]);
    expect(b.take()).toEqual([{ jsonrpc: '2.0', id: 1, result: { roots: [] } }]);
  });

  test('a server cancels its own requests only', async () => {
    await initialize();
    await a.say({ id: 1, method: 'roots/list' });
    const [asked] = client.take();
    await b.say({ method: 'notifications/cancelled', params: { requestId: 1 } });
    expect(client.take()).toEqual([]);
    await a.say({ method: 'notifications/cancelled', params: { requestId: 1, reason: 'r' } });
    expect(client.take()).toMatchObject([{ params: { requestId: asked?.id, reason: 'r' } }]);
  });

  test('resources are read where they were listed, where a template fits, and else wherever they are', async () => {
    await initialize();
    await client.say({ id: 1, method: 'resources/list' });
    await a.say(result(1, { resources: [{ uri: 'file:///x' }] }));
    await b.say(result(1, { resources: [{ uri: 'file:///x' }, { uri: 'file:///y' }] }));
    // Whoever names a resource first has it: nobody can put something else in its place.
    expect(client.take()).toMatchObject([{ result: { resources: [{ uri: 'file:///x' }, { uri: 'file:///y' }] } }]);
    await client.say({ id: 2, method: 'resources/templates/list' });
    await a.say(result(2, { resourceTemplates: [{ uriTemplate: 'db://{x}' }] }));
    await b.say(result(2, { resourceTemplates: [{ uriTemplate: 'db://b/{x}' }] }));
    for (const peer of [client, a, b]) peer.take();
    await client.say({ id: 3, method: 'resources/read', params: { uri: 'file:///x' } });
    await client.say({ id: 4, method: 'resources/subscribe', params: { uri: 'db://b/1' } });
    await client.say({ id: 5, method: 'resources/read', params: { uri: 'db://c/1' } });
    expect([a.take().map(({ id }) => id), b.take().map(({ id }) => id)]).toEqual([[3, 5], [4]]);
    await client.say({ id: 6, method: 'resources/read', params: { uri: 'other://z' } });
    await a.say({ id: 6, error: { code: -32002, message: 'not found' } });
    await b.say(result(6, { contents: [1] }));
    expect(client.take()).toMatchObject([{ id: 6, result: { contents: [1] } }]);
  });

  test('a task belongs to the server that named it first', async () => {
    await initialize();
    await client.say({ id: 1, method: 'tools/call', params: { name: 'a__x' } });
    await a.say(result(1, { task: { taskId: 't' } }));
    await client.say({ id: 2, method: 'tools/call', params: { name: 'b__x' } });
    await b.say(result(2, { task: { taskId: 't' } }));
    expect(client.take()).toMatchObject([
      { id: 1, result: {} },
      { id: 2, error: { code: -32000 } },
    ]);
    for (const peer of [a, b]) peer.take();
    await client.say({ id: 3, method: 'tasks/result', params: { taskId: 't' } });
    await client.say({ id: 4, method: 'tasks/get', params: { taskId: 'u' } });
    expect(a.take()).toMatchObject([{ id: 3 }]);
    expect(b.take()).toEqual([]);
    expect(client.take()).toMatchObject([{ id: 4, error: { code: -32602 } }]);
  });

  test('what concerns all is told to all; what concerns nobody is refused', async () => {
    await initialize();
    await client.say({ id: 1, method: 'logging/setLevel', params: { level: 'error' } });
    await a.say({ id: 1, error: { code: -32601, message: 'no' } });
    await b.say(result(1, {}));
    await client.say({ id: 2, method: 'ping' });
    await client.say({ id: 3, method: 'not/invented' });
    await client.say({ method: 'notifications/roots/list_changed' });
    expect(client.take()).toMatchObject([
      { id: 1, result: {} },
      { id: 2, result: {} },
      { id: 3, error: { code: -32601 } },
    ]);
    expect([a.take().at(-1), b.take().at(-1)]).toMatchObject(
      Array(2).fill({ method: 'notifications/roots/list_changed' }),
    );
  });

  test('what would have to be written anew and holds a number that changes with it is refused', async () => {
    await initialize();
    await client.say({ id: 1, method: 'prompts/get', params: { name: 'a__p' } }, true);
    await a.say({ id: 1, method: 'sampling/createMessage', params: {} }, true);
    expect(client.take()).toMatchObject([{ id: 1, error: { code: -32602 } }]);
    expect(a.take()).toMatchObject([{ id: 1, error: { code: -32000 } }]);
  });

  test('ends with all of them', async () => {
    await initialize();
    await client.say({ id: 1, method: 'tools/call', params: { name: 'a__x' } });
    let idle = false;
    void aggregate.idle().then(() => (idle = true));
    await settled();
    expect(idle).toBe(false);
    await aggregate.close();
    await settled();
    expect({ idle, closed: [client.closed, a.closed, b.closed] }).toEqual({ idle: true, closed: [true, true, true] });
  });
});
