import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MemorySink } from '../../src/audit/memory-sink.js';
import type { JsonObject } from '../../src/call/json.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { until } from '../contract/faults.js';
import { startRelay } from '../contract/hosts/proxied.js';

process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

const SSN = '536-90-4399';

describe('a relay', () => {
  let session: ReturnType<typeof open>;
  beforeEach(() => {
    session = open();
  });
  afterEach(() => session.close());
  const reopen = async (options: GovernanceOptions) => {
    await session.close();
    session = open(options);
  };

  it.each([
    '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    '{ "id" : "a b" , "jsonrpc" : "2.0" , "method" : "later/invented", "params" : [ 1.0, 9007199254740993, "\\u0041" ] }',
    '{"jsonrpc":"2.0","method":"notifications/later","params":{"x":{"__proto__":1}}}',
    '{"jsonrpc":"2.0","id":7,"method":"resources/read","params":{"uri":"file:///SSN 536-90-4399"},"stray":true}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"of nobody"}}',
    '{"jsonrpc":"2.0","id":"s1","result":{"role":"user","n":12345678901234567890}}',
    '{"jsonrpc":"2.0","id":"s2","error":{"code":-1,"message":"no"}}',
  ])('passes on what is no concern of it, as it came: %s', async (line) => {
    session.fromClient(line);
    await until(() => session.upstream.length > 0);
    expect(session.upstream).toEqual([line]);
  });

  it('passes on what the server asks and says, as it came', async () => {
    const lines = [
      '{ "jsonrpc":"2.0", "id":1, "method":"sampling/createMessage", "params":{"n":9007199254740993} }',
      '{"jsonrpc":"2.0", "id":"x","method":"later/asked"}',
      '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}',
      '{"jsonrpc":"2.0", "method":"notifications/message","params":{"level":"info","data":"plain"}}',
    ];
    lines.forEach(session.fromServer);
    await until(() => session.client.length === 4);
    expect([...session.client].sort()).toEqual([...lines].sort());
  });

  it('passes an answer on as it came, once, and none that nobody asked for', async () => {
    session.fromClient('{"jsonrpc":"2.0","id":1,"method":"resources/read"}');
    await until(() => session.upstream.length === 1);
    const answer = '{ "jsonrpc":"2.0", "result":{"n":9007199254740993}, "id":1 }';
    session.fromServer('{"jsonrpc":"2.0","id":2,"result":{}}');
    session.fromServer(answer);
    session.fromServer(answer);
    session.fromServer('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
    await until(() => session.client.length > 1);
    expect(session.client[0]).toBe(answer);
    expect(session.client).toHaveLength(2);
  });

  it('passes the result of a call on as it came where nothing was changed, and judged where it was', async () => {
    await session.call(1);
    const clean = '{"result": {"content":[{"type":"text","text":"clean"}]}, "jsonrpc":"2.0", "id":1}';
    session.fromServer(clean);
    await until(() => session.client.length === 1);
    expect(session.client).toEqual([clean]);
    await session.call(2);
    session.fromServer(
      `{"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"${SSN}"}]},"stray":"${SSN}"}`,
    );
    await until(() => session.client.length === 2);
    expect(session.client[1]).toBe('{"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"##SSN##"}]}}');
  });

  it.each([
    ['a stray member', `{"jsonrpc":"2.0","id":1,"result":{"content":[]},"stray":"${SSN}"}`],
    ['another form of the id', `{"jsonrpc":"2.0","id":"1","result":{"content":[{"type":"text","text":"${SSN}"}]}}`],
    [
      'an error',
      `{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"${SSN}","data":{"a":"${SSN}"},"more":"${SSN}"}}`,
    ],
    ['a number that changes', `{"jsonrpc":"2.0","id":1,"result":{"content":[],"n":53690439900000000001}}`],
  ])('lets nothing unjudged through in %s', async (_, answer) => {
    await session.call(1);
    session.fromServer(answer);
    await until(() => session.client.length === 1);
    expect(session.client[0]).not.toMatch(/536-90-4399|53690439900000000001/);
  });

  it('sends a call without an id on as one, and judges it', async () => {
    session.fromClient('{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo"}}');
    await until(() => session.sink.events.length === 1);
    expect(session.upstream).toEqual(['{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo"}}']);
    expect(session.sink.events[0]).toMatchObject({ tool: 'echo', door: 'proxy', resultStatus: 'success' });
    expect(session.client).toEqual([]);
  });

  it('sends the calls of a batch on one by one, and answers each', async () => {
    const calls = [1, 'two'].map((id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo' } }));
    session.fromClient(JSON.stringify([...calls, { jsonrpc: '2.0', method: 'notifications/x' }]));
    await until(() => session.upstream.length === 3);
    session.fromServer('{"jsonrpc":"2.0","id":"two","result":{"content":[]}}');
    session.fromServer('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}');
    await until(() => session.client.length === 2);
    expect(session.sink.events).toHaveLength(2);
  });

  it('refuses a second request of an id that is under way', async () => {
    await session.call(1);
    session.fromClient('{"jsonrpc":"2.0","id":1,"method":"ping"}');
    await until(() => session.client.length === 1);
    expect(session.said(0)).toMatchObject({ id: 1, error: { code: -32600 } });
    expect(session.upstream).toHaveLength(1);
  });

  it('passes a cancellation on, and drops what still comes for it', async () => {
    await session.call(1);
    session.fromClient('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}');
    await until(() => session.upstream.length === 2);
    session.fromServer('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}');
    session.fromServer('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
    await until(() => session.client.length === 1);
    expect(session.client[0]).toContain('list_changed');
    expect(session.sink.events[0]?.resultStatus).toBe('cancelled');
  });

  it('refuses a list of tools in which some readers could find another one', async () => {
    session.fromClient('{"jsonrpc":"2.0","id":1,"method":"tools/list"}');
    await until(() => session.upstream.length === 1);
    session.fromServer('{"jsonrpc":"2.0","id":1,"result":{"tools":[],"Tools":[{"name":"other"}]}}');
    await until(() => session.client.length === 1);
    expect(session.said(0)).toMatchObject({ id: 1, error: { code: -32603 } });
  });

  it('says of a refusal what protocol 2026-07-28 wants to know', async () => {
    await reopen({ toolConfigs: { echo: { policyAction: 'block' } } });
    const meta = '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}';
    session.fromClient(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo",${meta}}}`);
    await until(() => session.client.length === 1);
    expect(session.said(0)).toMatchObject({ result: { isError: true, resultType: 'complete' } });
    expect(session.upstream).toEqual([]);
  });

  it('refuses with a JSON-RPC error where it was told to', async () => {
    await reopen({ blockMode: 'raise', toolConfigs: { echo: { policyAction: 'block' } } });
    session.fromClient('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}');
    await until(() => session.client.length === 1);
    expect(session.said(0)).toMatchObject({ id: 1, error: { code: -32080, data: { code: 'policy_blocked' } } });
  });

  it('names the server as it named itself, and the client as the caller', async () => {
    const info = '{"name":"some-client","version":"1"}';
    session.fromClient(
      `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"clientInfo":${info},"capabilities":{}}}`,
    );
    await until(() => session.upstream.length === 1);
    session.fromServer('{"jsonrpc":"2.0","id":0,"result":{"serverInfo":{"name":"files"},"capabilities":{}}}');
    await until(() => session.client.length === 1);
    session.fromClient('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}');
    await until(() => session.upstream.length === 2);
    session.fromServer('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}');
    await until(() => session.sink.events.length === 1);
    expect(session.sink.events[0]).toMatchObject({ server: 'files', agent: 'some-client' });
  });
});

function open(options: GovernanceOptions = {}) {
  const sink = new MemorySink();
  const { fromClient, toClient, fromServer, toServer, close } = startRelay({ audit: sink, ...options });
  const linesOf = (stream: NodeJS.ReadableStream): string[] => {
    const lines: string[] = [];
    stream.setEncoding('utf8').on('data', (chunk: string) => lines.push(...chunk.split('\n').slice(0, -1)));
    return lines;
  };
  const [upstream, client] = [linesOf(toServer), linesOf(toClient)];
  return {
    sink,
    upstream,
    client,
    close,
    fromClient: (line: string) => void fromClient.write(`${line}\n`),
    fromServer: (line: string) => void fromServer.write(`${line}\n`),
    said: (at: number) => JSON.parse(client[at] ?? '') as JsonObject,
    async call(id: number): Promise<void> {
      const before = upstream.length;
      fromClient.write(`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"echo"}}\n`);
      await until(() => upstream.length > before);
    },
  };
}
