import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ODD_SERVER } from '../../proxy/proxied-process.js';
import { root } from '../run.js';

const TOKEN = 'a-token-of-32-characters-or-more';
let folder = '';
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxy-over-http-'));
});
afterEach(async () => {
  if (child?.kill('SIGTERM') === true) await once(child, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the built program; gives back the address that it says, and what stood on standard output. */
async function start(...flags: string[]) {
  const env = { ...process.env, XDG_STATE_HOME: folder, ADA_TOKEN: TOKEN };
  const server = ['--', process.execPath, ODD_SERVER, join(folder, 'note')];
  const started = spawn(process.execPath, [join(root, 'dist/cli/main.js'), 'proxy', ...flags, ...server], { env });
  child = started;
  let said = '';
  let out = '';
  started.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    started.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, found] = /clients reach it at (\S+)\n/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    started.once('exit', () => reject(new Error(said)));
  });
  return { started, url, out: () => out };
}

async function connect(url: string, token?: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

const textOf = (result: unknown) => (result as { content: { text: string }[] }).content[0]?.text;

test('clients come in over HTTP with the token of a variable, which the server does not see', async () => {
  const { started, url, out } = await start('--port', '0', '--token-env', 'ada=ADA_TOKEN');
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  await expect(connect(url)).rejects.toThrow(/Unauthorized/);
  const client = await connect(url, TOKEN);
  const read = (name: string) => client.callTool({ name: 'environment', arguments: { name } });
  expect(textOf(await read('ADA_TOKEN'))).toBe('undefined');
  expect(textOf(await read('XDG_STATE_HOME'))).toBe(folder);
  await client.close();
  started.kill('SIGTERM');
  expect(await once(started, 'exit')).toEqual([143, null]);
  expect(out()).toBe('');
}, 60_000);

test('on this machine alone nobody needs a token', async () => {
  const { url } = await start('--transport', 'http', '--port', '0');
  const client = await connect(url);
  expect(textOf(await client.callTool({ name: 'echo', arguments: { say: 'here' } }))).toBe('here');
  await client.close();
}, 60_000);
