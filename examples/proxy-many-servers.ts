// Two real servers behind one proxy, as examples/proxy-many-servers.yaml says: one connection, each server under rules of
// its own, tools prefixed with the name of their server.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const pathOf = (name: string): string => fileURLToPath(import.meta.resolve(name));
const program = join(pathOf('mcp-governance'), '../cli/main.js');
const config = join(pathOf('mcp-governance'), '../../examples/proxy-many-servers.yaml');
const folder = await mkdtemp(join(tmpdir(), 'many-servers-'));
const state = await mkdtemp(join(tmpdir(), 'many-servers-state-')); // where pins are kept, in this example
await writeFile(join(folder, 'note.txt'), 'Ask Ada, SSN 536-90-4399.');

// #region connect
const client = new Client({ name: 'agent', version: '1.0.0' });
await client.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [program, 'proxy', '--config', config],
    env: {
      PATH: process.env.PATH ?? '',
      XDG_STATE_HOME: state,
      FOLDER: folder,
      FILES_SERVER: pathOf('@modelcontextprotocol/server-filesystem/dist/index.js'),
      EVERYTHING_SERVER: pathOf('@modelcontextprotocol/server-everything/dist/index.js'),
    },
    stderr: 'ignore',
  }),
);
const { tools } = await client.listTools();
// #endregion connect

const call = async (name: string, args: Record<string, unknown>): Promise<string> =>
  JSON.stringify((await client.callTool({ name, arguments: args })).content);
try {
  const names = tools.map(({ name }) => name);
  assert.ok(names.includes('files__read_text_file') && names.includes('everything__get-sum'));

  const text = await call('files__read_text_file', { path: join(folder, 'note.txt') });
  assert.ok(!text.includes('536-90-4399'));
  assert.match(await call('files__write_file', { path: join(folder, 'new.txt'), content: 'x' }), /blocked by policy/);
  assert.deepEqual(await readdir(folder), ['note.txt']);

  assert.match(await call('everything__get-sum', { a: 2, b: 3 }), /5/);
  assert.match(await call('everything__get-sum', { a: 2, b: 3 }), /5/);
  assert.match(await call('everything__get-sum', { a: 2, b: 3 }), /limit/i);
} finally {
  await client.close();
  await rm(folder, { recursive: true });
  await rm(state, { recursive: true });
}
process.stdout.write('ok: two servers behind one proxy, each under rules of its own\n');
