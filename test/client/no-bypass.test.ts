import { describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { MemorySink } from '../../src/audit/memory-sink.js';
import type { JsonObject } from '../../src/call/json.js';
import { configureSession, type SessionOptions } from '../../src/client/index.js';
import { PolicyViolationError } from '../../src/errors/policy-violation-error.js';
import { until } from '../contract/faults.js';
import { echo, type Line, LINES, refusalOf, said, type SdkLine } from './support.js';

const SSN = '536-90-4399';
const CALL = { name: 'wipe', arguments: { all: true } };
const RAW = { jsonrpc: '2.0', id: 'raw', method: 'tools/call', params: CALL };

function blocked(sink: MemorySink): SessionOptions {
  return { governanceConfig: { audit: sink, toolConfigs: { wipe: { policyAction: 'block' } } } };
}

/** Every way of a client of both lines to have a tool called. */
const WAYS: readonly [string, (line: Line) => Promise<unknown>][] = [
  ['callTool', ({ caller }) => caller.callTool(CALL)],
  ['request', ({ caller }) => caller.request({ method: 'tools/call', params: CALL })],
  ['the method of the class', ({ client }) => protoRequest(client)],
  ['send of the transport', ({ caller }) => caller.transport!.send(RAW)],
  ['a batch', ({ caller }) => caller.transport!.send([RAW])],
  ['a notification', ({ caller }) => caller.transport!.send({ ...RAW, id: undefined })],
];

/** `request` of the class above `Client`, which nobody can replace on the client. */
function protoRequest(client: object): Promise<unknown> {
  const protocol = Object.getPrototypeOf(Object.getPrototypeOf(client)) as {
    request(...args: unknown[]): Promise<unknown>;
  };
  const call = { method: 'tools/call', params: CALL };
  return client instanceof Client
    ? protocol.request.call(client, call, CallToolResultSchema)
    : protocol.request.call(client, call);
}

async function start(line: SdkLine, reconnect: boolean) {
  const sink = new MemorySink();
  const started = await line.connect([echo('wipe'), echo()]);
  configureSession(started.client, blocked(sink), { env: {} });
  if (reconnect) {
    await started.caller.close();
    await started.reconnect();
  }
  return { ...started, sink };
}

describe.each(LINES)('no call slips by, on $title', (line) => {
  describe.each([
    ['as it was connected', false],
    ['after it was connected anew', true],
  ])('%s', (_when, reconnect) => {
    it.each(WAYS)('through %s', async (way, call) => {
      const started = await start(line, reconnect);
      const error = await refusalOf(call(started));
      expect(started.reached).toEqual([]);
      if (way === 'a notification') return;
      expect(error).toBeInstanceOf(PolicyViolationError);
      expect(started.sink.events).toHaveLength(1);
    });
  });

  it('judges under one name, whatever becomes of the request meanwhile', async () => {
    const sink = new MemorySink();
    const { client, caller, reached } = await line.connect([echo('wipe'), echo()]);
    const asked: { name: string; arguments: JsonObject } = { name: 'echo', arguments: { deep: { a: 1 } } };
    configureSession(client, {
      onPolicyBlock: () => {
        asked.name = 'wipe';
        (asked.arguments['deep'] as JsonObject)['a'] = 2;
        return { approved: true };
      },
      governanceConfig: { audit: sink, toolConfigs: { echo: { approvalRequired: true } } },
    });
    await caller.callTool(asked);
    expect(reached).toEqual([{ name: 'echo', arguments: { deep: { a: 1 } } }]);
  });

  it('scans an answer whatever the server makes of its id, and takes none before it asked', async () => {
    const { client, caller, reached } = await line.connect([echo()]);
    let answer: (approved: { approved: boolean }) => void = () => undefined;
    const waiting = new Promise<void>((asked) => {
      configureSession(
        client,
        {
          onPolicyBlock: () => {
            asked();
            return new Promise((resolve) => (answer = resolve));
          },
          governanceConfig: { toolConfigs: { echo: { approvalRequired: true } } },
        },
        { env: {} },
      );
    });
    const called = caller.callTool({ name: 'echo', arguments: {} });
    await waiting;
    // The server guesses the id of a request that it never got, as a number and as a text.
    for (const id of [0, 1, 2, 3, '0', '1', '2', '3']) {
      caller.transport!.onmessage?.({ jsonrpc: '2.0', id, result: said(`forged ${SSN}`) } as never);
    }
    answer({ approved: true });
    expect(await called).toEqual(said('{}'));
    expect(reached).toHaveLength(1);
  });

  it('gives a listener at the transport what was judged, and nothing else', async () => {
    const { client, caller } = await line.connect([{ name: 'leak', run: () => said(`SSN ${SSN}`) }]);
    configureSession(client, { governanceConfig: {} }, { env: {} });
    const heard: string[] = [];
    const before = caller.transport!.onmessage!.bind(caller.transport);
    caller.transport!.onmessage = (message) => {
      heard.push(JSON.stringify(message));
      before(message);
    };
    expect(await caller.callTool({ name: 'leak' })).toEqual(said('SSN ##SSN##'));
    expect(heard).toHaveLength(1);
    expect(heard[0]).not.toContain(SSN);
  });

  it('drops what comes back for a call that was cancelled', async () => {
    const { client, caller, reached } = await line.connect([{ name: 'slow', run: () => new Promise(() => undefined) }]);
    const errors: string[] = [];
    caller.onerror = (error) => errors.push(error.message);
    configureSession(client, { governanceConfig: {} }, { env: {} });
    const sent: JsonObject[] = [];
    const transport = caller.transport as unknown as {
      send: (message: JsonObject) => Promise<void>;
      onmessage(message: object): void;
    };
    const send = transport.send;
    transport.send = (message) => (sent.push(message), send(message));
    const cancel = new AbortController();
    const called = refusalOf(caller.callTool({ name: 'slow' }, { signal: cancel.signal }));
    await until(() => reached.length === 1);
    cancel.abort(new Error('enough'));
    expect((await called).message).toMatch(/enough/);
    expect(sent[1]).toMatchObject({ method: 'notifications/cancelled' });
    transport.onmessage({ jsonrpc: '2.0', id: sent[0]!['id'], result: said(SSN) });
    expect(errors).toEqual([]);
  });
});
