import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { JsonObject } from '../../src/call/json.js';
import { startProxy } from '../../src/proxy/index.js';

const resolve = (name: string): string =>
  join(dirname(createRequire(import.meta.url).resolve(`@modelcontextprotocol/${name}/package.json`)), 'dist/index.js');
const call = (name: string, args: JsonObject = {}): JsonObject => ({
  method: 'tools/call',
  params: { name, arguments: args },
});

const HELLO: readonly JsonObject[] = [
  {
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'transcript', version: '1' } },
  },
  { method: 'ping' },
  { method: 'tools/list' },
  { method: 'tools/list', params: { cursor: 'nowhere' } },
  { method: 'resources/list' },
  { method: 'resources/templates/list' },
  { method: 'prompts/list' },
  { method: 'prompts/get', params: { name: 'nobody' } },
  { method: 'later/invented', params: { a: [1, { b: null }] } },
  { method: 'tools/call', params: { name: 'nobody', arguments: {} } },
];

/** A server, and what is asked of it. */
interface Transcript {
  readonly server: string;
  readonly args: (folder: string) => readonly string[];
  readonly requests: (folder: string) => readonly JsonObject[];
}

const TRANSCRIPTS: readonly Transcript[] = [
  {
    server: 'server-everything',
    args: () => [],
    requests: () => [
      call('echo', { message: 'hello, \u{1F600} \u2028 "world"' }),
      call('echo', {}),
      call('get-sum', { a: 2, b: 3.5 }),
      call('get-sum', { a: 'x' }),
      call('get-tiny-image'),
      call('get-structured-content', { location: 'Chicago' }),
      call('get-annotated-message', { messageType: 'error', includeImage: true }),
      { method: 'prompts/get', params: { name: 'simple-prompt' } },
      {
        method: 'completion/complete',
        params: { ref: { type: 'ref/prompt', name: 'x' }, argument: { name: 'a', value: '' } },
      },
      { method: 'logging/setLevel', params: { level: 'error' } },
    ],
  },
  {
    server: 'server-filesystem',
    args: (folder) => [folder],
    requests: (folder) => [
      call('list_allowed_directories'),
      call('list_directory', { path: folder }),
      call('read_text_file', { path: join(folder, 'a.txt') }),
      call('read_text_file', { path: '/etc/passwd' }),
      call('write_file', { path: join(folder, 'b.txt'), content: 'new\nlines\n' }),
      call('read_multiple_files', { paths: [join(folder, 'b.txt'), join(folder, 'none.txt')] }),
      call('search_files', { path: folder, pattern: '*.txt' }),
    ],
  },
  {
    server: 'server-memory',
    args: () => [],
    requests: () => [
      call('create_entities', { entities: [{ name: 'Ada', entityType: 'person', observations: ['counts'] }] }),
      call('read_graph'),
      call('search_nodes', { query: 'Ada' }),
      call('delete_entities', { entityNames: ['Ada'] }),
      call('open_nodes', { names: ['Ada'] }),
    ],
  },
];

describe('recorded with the official servers, bare and proxied', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'transcript-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(TRANSCRIPTS)(
    '$server: equal JSON values',
    async ({ server, args, requests }) => {
      const command = [resolve(server), ...args(folder)];
      const asked = [...HELLO, ...requests(folder)];
      const recorded = async (record: typeof bare): Promise<readonly JsonObject[]> => {
        writeFileSync(join(folder, 'a.txt'), 'text of a file\n');
        rmSync(join(folder, 'b.txt'), { force: true });
        return record(command, asked, { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') });
      };
      const plain = await recorded(bare);
      expect(await recorded(proxied)).toEqual(plain);
      expect(plain.filter(({ result }) => result !== undefined).length).toBeGreaterThan(asked.length / 2);
    },
    60_000,
  );
});

async function bare(command: readonly string[], asked: readonly JsonObject[], env: Record<string, string>) {
  const child = spawn(process.execPath, command, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  const answers = await record(child.stdin, child.stdout, asked);
  child.kill();
  return answers;
}

async function proxied(command: readonly string[], asked: readonly JsonObject[], env: Record<string, string>) {
  const [input, output, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stderr.resume();
  const target = { kind: 'stdio', command: process.execPath, args: command, env } as const;
  const proxy = await startProxy(
    { inbound: { kind: 'stdio', input, output }, upstreams: [{ target }] },
    { env: {}, stderr },
  );
  const answers = await record(input, output, asked);
  await proxy.close();
  return answers;
}

/** Asks one after the other; gives back everything that came. */
async function record(to: NodeJS.WritableStream, from: NodeJS.ReadableStream, asked: readonly JsonObject[]) {
  const came: JsonObject[] = [];
  let rest = '';
  let heard = (): void => undefined;
  from.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    came.push(...lines.map((line) => JSON.parse(line) as JsonObject));
    heard();
  });
  for (const [id, request] of asked.entries()) {
    to.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...request })}\n`);
    while (!came.some((each) => each['id'] === id)) await new Promise<void>((resolve) => (heard = resolve));
    if (id === 0) to.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  }
  // What a server says on its own comes when it comes.
  return came.filter(({ id }) => id !== undefined);
}
