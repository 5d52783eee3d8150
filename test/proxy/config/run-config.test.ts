import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CreateMessageRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { type RunningConfig, runConfig } from '../../../src/proxy/config/run-config.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';

const require = createRequire(import.meta.url);
const mainOf = (name: string) =>
  JSON.stringify(join(dirname(require.resolve(`${name}/package.json`)), 'dist/index.js'));
const EVERYTHING = mainOf('@modelcontextprotocol/server-everything');
const FILES = mainOf('@modelcontextprotocol/server-filesystem');
const node = JSON.stringify(process.execPath);

let folder: string;
let clock: ManualClock;
let running: RunningConfig | undefined;
let client: Client;
let input: PassThrough;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-governance-run-config-'));
  clock = new ManualClock();
});

afterEach(async () => {
  await client.close();
  await running?.close();
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const file = () => join(folder, 'proxy.yaml');
/** Pins are kept among the user's state: not in that of whoever runs the tests. */
const state = () => ({ XDG_STATE_HOME: join(folder, 'state') });
const servers = (more = '') => `servers:
  everything: { command: ${node}, args: [${EVERYTHING}] }
  files: { command: ${node}, args: [${FILES}, ${JSON.stringify(folder)}]${more} }
`;

/** Starts what the file says, and a client before it. */
async function start(text: string): Promise<void> {
  writeFileSync(file(), text);
  input = new PassThrough();
  const output = new PassThrough();
  const stderr = new Writable({ write: (_chunk, _encoding, done) => done() });
  running = await runConfig(
    file(),
    {},
    { clock, stderr, streams: { input, output }, env: state(), auditThread: false },
  );
  client = new Client({ name: 'test', version: '1' }, { capabilities: { sampling: {} } });
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    model: 'm',
    role: 'assistant' as const,
    content: { type: 'text' as const, text: 'answered by the client' },
  }));
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => undefined);
  // The transport of a server is what a client over two streams needs: it reads one and writes the other.
  await client.connect(new StdioServerTransport(output, input));
}

/** Lets one interval pass, and the look at the file come to its end. */
async function pass(): Promise<void> {
  await clock.advance(2000);
  await clock.untilPending();
}

const textOf = (result: unknown) =>
  (result as { content: { text: string }[] }).content.map(({ text }) => text).join('');
const call = async (name: string, args: Record<string, unknown>) =>
  textOf(await client.callTool({ name, arguments: args }));
const write = (content: string) => call('files__write_file', { path: join(folder, 'out.txt'), content });

describe('a configuration that runs', () => {
  test('real servers behind one endpoint, each governed by itself', async () => {
    const audit = 'audit: { url: "file:audit.jsonl" }\n';
    await start(
      `${audit}tools: { "echo": { action: block } }\n${servers(', tools: { write_file: { action: block } }')}  gone: { command: /no/such/server }\n`,
    );
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['everything__get-sum', 'files__read_text_file']));
    expect(names.every((name) => /^(everything|files)__/.test(name))).toBe(true);
    expect(await call('everything__get-sum', { a: 2, b: 3 })).toContain('5');
    expect(await call('everything__echo', { message: 'x' })).toContain('blocked by policy');
    expect(await write('x')).toContain('blocked by policy');
    expect(existsSync(join(folder, 'out.txt'))).toBe(false);
    expect(await call('files__list_directory', { path: folder })).toContain('proxy.yaml');
    expect(await call('everything__trigger-sampling-request', { prompt: 'p' })).toContain('answered by the client');
    await expect(client.callTool({ name: 'gone__x' })).rejects.toThrow("The server 'gone' is not there.");
    await expect(client.callTool({ name: 'echo' })).rejects.toThrow('There is no such tool here.');
    const { prompts } = await client.listPrompts();
    const [prompt] = prompts;
    expect((await client.getPrompt({ name: prompt!.name })).messages).not.toHaveLength(0);
    const { resources } = await client.listResources();
    expect((await client.readResource({ uri: resources[0]!.uri })).contents).toHaveLength(1);
    input.end();
    expect(await running?.ended).toMatchObject({ side: 'client' });
    const events = readFileSync(join(folder, 'audit.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event ?? JSON.parse(line));
    const told = events.map(({ server, tool, action }) => `${server}:${tool} ${action}`);
    expect(told.filter((each) => each.includes('write_file'))).toEqual(['files:write_file block']);
    // A tool that no server has is recorded too, although nobody can say whose it would be.
    expect(told.filter((each) => each.includes(':echo '))).toHaveLength(2);
  }, 60_000);

  test('a change takes effect in the session that goes on; a faulty file leaves what was in force', async () => {
    await start(servers());
    expect(await write('one')).toContain('Successfully');
    writeFileSync(file(), servers(', tools: { write_file: { action: block } }'));
    await pass();
    expect(await write('two')).toContain('blocked by policy');
    writeFileSync(file(), servers(', tols: {}'));
    await pass();
    expect(await write('two')).toContain('blocked by policy');
    writeFileSync(file(), servers());
    await pass();
    expect(await write('three')).toContain('Successfully');
    expect(readFileSync(join(folder, 'out.txt'), 'utf8')).toBe('three');
    expect(await call('everything__echo', { message: 'still here' })).toContain('still here');
  }, 60_000);

  test('limits go on being counted where nothing changed for their server', async () => {
    const limited = ', rate_limit: { max_per_minute: 2 }';
    await start(servers(limited));
    await write('one');
    writeFileSync(file(), `${servers(limited)}  more: { command: ${node} }\n# a comment\n`);
    await pass();
    await write('two');
    expect(await write('three')).toMatch(/limit/i);
  }, 60_000);

  test('over HTTP: all behind one address, or each at its own; a new command counts for new sessions', async () => {
    const text = (more: string) =>
      `inbound: { transport: http, port: 0, tokens: [{ name: ada, token: "\${TOKEN}" }] }\n${more}`;
    const runHttp = async (yaml: string) => {
      writeFileSync(file(), yaml);
      const stderr = new Writable({ write: (_chunk, _encoding, done) => done() });
      const env = { ...state(), TOKEN: 'a-token-of-32-characters-or-more' };
      running = await runConfig(file(), {}, { clock, stderr, env, auditThread: false });
      return running.urls;
    };
    const connect = async (url: string) => {
      const headers = { authorization: 'Bearer a-token-of-32-characters-or-more' };
      client = new Client({ name: 'test', version: '1' });
      await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
      return client;
    };
    const [one, ...none] = await runHttp(text(servers()));
    expect(none).toEqual([]);
    const old = await connect(one!);
    expect(await call('everything__echo', { message: 'x' })).toContain('x');
    expect(await write('x')).toContain('Successfully');
    const sub = join(folder, 'sub');
    mkdirSync(sub);
    writeFileSync(file(), text(servers().replace(`, ${JSON.stringify(folder)}]`, `, ${JSON.stringify(sub)}]`)));
    const before = running?.config;
    await clock.advance(2000);
    // Other timers are pending here all the time, and tell nothing.
    while (running?.config === before) await new Promise((resolve) => setImmediate(resolve));
    expect(await call('files__list_directory', { path: folder })).toContain('out.txt');
    await connect(one!);
    expect(await call('files__list_directory', { path: folder })).toContain('outside allowed directories');
    await old.close();
    await client.close();
    await running?.close();

    const urls = await runHttp(
      text(`endpoints: each\n${servers(', port: 0').replace(`[${EVERYTHING}]`, `[${EVERYTHING}], port: 0`)}`),
    );
    expect(urls).toHaveLength(2);
    await connect(urls[0]!);
    expect(await call('echo', { message: 'of its own' })).toContain('of its own');
  }, 60_000);
});
