import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/call/json.js';
import type { GovernanceOptions } from '../../src/config/options.js';
import { startProxy, type ProxyOptions, type RunningProxy } from '../../src/proxy/index.js';
import { MemorySink } from '../../src/testing/index.js';
import {
  begin,
  closeAll,
  closing,
  connect1,
  connect2,
  POST_HEADERS,
  raw,
  rpc,
  serveOldSse,
  serveSessions,
  serveSingles,
  until,
} from './http/support.js';

afterEach(closeAll);

const EVERYTHING = {
  kind: 'stdio' as const,
  command: process.execPath,
  args: [join(process.cwd(), 'node_modules/@modelcontextprotocol/server-everything/dist/index.js'), 'stdio'],
};
const governance: GovernanceOptions = {
  policyConfig: { defaultPolicyAction: 'allow', defaultPiiScan: 'strict' },
  piiActions: { ssn: 'redact' },
  toolConfigs: { hang: { policyAction: 'block' }, 'get-sum': { policyAction: 'block' } },
} as never;

async function start(
  target: ProxyOptions['upstreams'][0]['target'],
  inbound: ProxyOptions['inbound'] = { kind: 'http' },
): Promise<RunningProxy & { readonly sink: MemorySink }> {
  const sink = new MemorySink();
  const running = await startProxy(
    { inbound, upstreams: [{ target, governance: { ...governance, audit: { sinks: [sink] } } }] },
    { env: {}, stderr: new PassThrough().resume() },
  );
  closing(() => running.close());
  return { ...running, sink };
}

const textOf = (result: unknown): string => Object(result).content[0]?.text as string;

describe.each([
  ['sessions', serveSessions],
  ['the transport of 2024-11-05', serveOldSse],
  ['SDK 2.x', serveSingles],
] as const)('HTTP to HTTP: a server of %s', (title, serveIt) => {
  test.each([
    ['1.x', connect1],
    ['2.x', connect2],
  ] as const)('is governed for a client of %s', async (line, connect) => {
    const server = await serveIt();
    const { url } = await start({ kind: 'http', url: server.url });
    const client = await connect(url as string);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
    expect(textOf(await client.callTool({ name: 'echo', arguments: { say: 'hello' } }))).toBe('{"say":"hello"}');
    const refused = await client.callTool({ name: 'hang', arguments: {} });
    expect(refused.isError).toBe(true);
    expect(server.called.map(({ name }) => name)).toEqual(['echo']);
    const heard: number[] = [];
    const onprogress = ({ progress }: { progress: number }): void => void heard.push(progress);
    const call = client.callTool.bind(client) as (...args: unknown[]) => Promise<unknown>;
    await call({ name: 'report' }, ...(line === '1.x' ? [undefined] : []), { onprogress });
    expect(heard).toEqual([1, 2, 3]);
    expect(title).not.toBe('');
  });
});

test('what is redacted stands in no header either', async () => {
  const server = await serveSingles();
  const { url } = await start({ kind: 'http', url: server.url });
  const client = await connect2(url as string);
  await client.listTools();
  await client.callTool({ name: 'region', arguments: { region: 'SSN 536-90-4399' } });
  const calls = server.reached.filter(({ headers }) => headers['mcp-method'] === 'tools/call');
  expect(calls.map(({ headers }) => headers['mcp-param-region'])).toEqual(['SSN ##SSN##']);
  expect(JSON.stringify(calls)).not.toContain('536-90-4399');
});

test('a header that says something else than the arguments is refused here', async () => {
  const server = await serveSingles();
  const { url } = await start({ kind: 'http', url: server.url });
  const client = await connect2(url as string);
  await client.listTools();
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const answer = await raw(url as string, {
    headers: {
      ...POST_HEADERS,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'region',
      'mcp-param-region': 'b',
    },
    body: rpc('tools/call', { name: 'region', arguments: { region: 'a' }, _meta: meta }, 4),
  });
  expect([answer.status, answer.json.id, answer.json.error?.code]).toEqual([400, 4, -32020]);
  expect(server.called).toEqual([]);
});

test('HTTP to stdio: each session has a process of its own, and none is left', async () => {
  const proxy = await start(EVERYTHING);
  const url = proxy.url as string;
  const [one, other] = [await connect1(url), await connect2(url)];
  expect(textOf(await one.callTool({ name: 'echo', arguments: { message: 'one' } }))).toBe('Echo: one');
  expect(textOf(await other.callTool({ name: 'echo', arguments: { message: 'other' } }))).toBe('Echo: other');
  expect((await one.callTool({ name: 'get-sum', arguments: { a: 1, b: 2 } })).isError).toBe(true);
  await proxy.close();
  await expect(proxy.ended).resolves.toEqual({ side: 'proxy', why: 'The proxy was ended.' });
}, 60_000);

test('stdio to HTTP', async () => {
  const server = await serveSessions();
  const [input, output] = [new PassThrough(), new PassThrough()];
  const proxy = await start({ kind: 'http', url: server.url }, { kind: 'stdio', input, output });
  const came: JsonObject[] = [];
  let rest = '';
  output.on('data', (chunk) => {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    came.push(...lines.map((line) => JSON.parse(line) as JsonObject));
  });
  const say = (text: string): boolean => input.write(`${text}\n`);
  say(
    rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } }),
  );
  await until(() => came.length === 1);
  say('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  say(rpc('tools/call', { name: 'echo', arguments: { n: 1 } }, 2));
  say(rpc('tools/call', { name: 'hang' }, 3));
  await until(() => came.length === 3);
  const byId = (id: number): unknown => came.find((each) => each['id'] === id)?.['result'];
  expect(textOf(byId(2))).toBe('{"n":1}');
  expect(Object(byId(3)).isError).toBe(true);
  expect(server.called).toHaveLength(1);
  input.end();
  await proxy.ended;
  expect(server.reached.at(-1)?.method).toBe('DELETE');
});

test('two sessions whose requests have the same ids get their own answers', async () => {
  const server = await serveSessions();
  const { url } = await start({ kind: 'http', url: server.url });
  const sessions = await Promise.all([begin(url as string), begin(url as string)]);
  const answers = await Promise.all(
    sessions.map((headers, n) =>
      raw(url as string, { headers, body: rpc('tools/call', { name: 'echo', arguments: { n } }, 1) }),
    ),
  );
  expect(answers.map(({ text }) => /\\"n\\":(\d)/.exec(text)?.[1])).toEqual(['0', '1']);
});
