import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { runConfig } from '../../../src/proxy/config/run-config.js';
import { mcpGovernance } from '../run.js';

const require = createRequire(import.meta.url);
const FILES = join(dirname(require.resolve('@modelcontextprotocol/server-filesystem/package.json')), 'dist/index.js');
const EVERYTHING = join(
  dirname(require.resolve('@modelcontextprotocol/server-everything/package.json')),
  'dist/index.js',
);
const PATIENCE_MS = 60_000;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-governance-wrapped-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** Starts a server as a client does that reads the file. */
async function startAsClient(file: string, server: string): Promise<Client> {
  const { command, args, env } = JSON.parse(readFileSync(file, 'utf8')).mcpServers[server];
  const transport = new StdioClientTransport({
    command,
    args,
    env: { PATH: process.env['PATH']!, XDG_STATE_HOME: folder, ...env },
    stderr: 'pipe',
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  return client;
}

test(
  'a client that reads the wrapped file speaks with governed servers, and the unwrapped one with the servers as before',
  async () => {
    const policy = write(
      'policy.yaml',
      'defaults: { action: allow }\nrules: [{ match: { server: files, tool: "write_*" }, action: block }]\n',
    );
    const before = `{
  "mcpServers": {
    "files": { "command": ${JSON.stringify(process.execPath)}, "args": [${JSON.stringify(FILES)}, ${JSON.stringify(folder)}] },
    "everything": {
      "command": ${JSON.stringify(process.execPath)},
      "args": [${JSON.stringify(EVERYTHING)}],
      "env": { "OF_THE_SERVER": "seen by it" }
    }
  }
}`;
    const file = write('mcp.json', before);
    const path = join(folder, 'out.txt');
    const wrapped = await mcpGovernance(['wrap', file, '--local', '--policy', policy]);
    expect(wrapped).toMatchObject({ status: 0, stderr: '' });

    const files = await startAsClient(file, 'files');
    const { tools } = await files.listTools();
    expect(tools.map(({ name }) => name)).toContain('write_file');
    const refused = await files.callTool({ name: 'write_file', arguments: { path, content: 'x' } });
    expect(refused.isError).toBe(true);
    expect(JSON.stringify(refused.content)).toContain('blocked by policy');
    expect(existsSync(path)).toBe(false);
    const listed = await files.callTool({ name: 'list_directory', arguments: { path: folder } });
    expect(JSON.stringify(listed.content)).toContain('policy.yaml');
    await files.close();

    const everything = await startAsClient(file, 'everything');
    const env = await everything.callTool({ name: 'get-env', arguments: {} });
    expect(JSON.stringify(env.content)).toContain('seen by it');
    await everything.close();

    expect(await mcpGovernance(['unwrap', file])).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(before);
    const bare = await startAsClient(file, 'files');
    await bare.callTool({ name: 'write_file', arguments: { path, content: 'x' } });
    expect(readFileSync(path, 'utf8')).toBe('x');
    await bare.close();
  },
  PATIENCE_MS,
);

test(
  'a server that was wrapped with a configuration is governed as that says of its name',
  async () => {
    const config = write(
      'proxy.yaml',
      'servers:\n  files: { command: unused, tools: { write_file: { action: block } } }\n',
    );
    const servers = { files: { command: process.execPath, args: [FILES, folder] } };
    const file = write('mcp.json', JSON.stringify({ mcpServers: servers }));
    expect((await mcpGovernance(['wrap', file, '--local', '--config', config])).status).toBe(0);
    const files = await startAsClient(file, 'files');
    const path = join(folder, 'out.txt');
    const refused = await files.callTool({ name: 'write_file', arguments: { path, content: 'x' } });
    expect(JSON.stringify(refused.content)).toContain('blocked by policy');
    await files.close();
  },
  PATIENCE_MS,
);

test(
  'a remote server that was wrapped is reached with its headers, and governed',
  async () => {
    const token = 'token-of-a-remote-server';
    const remote = write(
      'remote.yaml',
      `inbound: { transport: http, port: 0, tokens: [{ name: t, token: ${token} }] }\nservers: { everything: { command: ${JSON.stringify(process.execPath)}, args: [${JSON.stringify(EVERYTHING)}] } }\n`,
    );
    const stderr = new Writable({ write: (_chunk, _encoding, done) => done() });
    const running = await runConfig(remote, {}, { env: { XDG_STATE_HOME: folder }, stderr, auditThread: false });
    const policy = write('policy.yaml', 'defaults: { action: allow }\ntools: { far: { get-env: block } }\n');
    const entry = { type: 'http', url: running.urls[0], headers: { Authorization: `Bearer ${token}` } };
    const file = write('mcp.json', JSON.stringify({ mcpServers: { far: entry } }, null, 2));
    const { status, stdout } = await mcpGovernance(['wrap', file, '--local', '--policy', policy]);
    expect({ status, shown: stdout.includes(token) }).toEqual({ status: 0, shown: false });
    const client = await startAsClient(file, 'far');
    const said = await client.callTool({ name: 'echo', arguments: { message: 'from far' } });
    expect(JSON.stringify(said.content)).toContain('from far');
    const refused = await client.callTool({ name: 'get-env', arguments: {} });
    expect(JSON.stringify(refused.content)).toContain('blocked by policy');
    await client.close();
    await running.close();
  },
  PATIENCE_MS,
);

test(
  '--check says what is wrong, by line and column, and shows no value of a variable',
  async () => {
    const good = write('good.yaml', 'servers: { a: { command: a } }\n');
    const bad = write('bad.yaml', 'servers:\n  a: { comand: a }\npolicy: "${NAME_OF_POLICY}"\n');
    const secret = 'a-secret-nobody-is-shown';
    const run = (...args: string[]) =>
      mcpGovernance(['proxy', ...args], undefined, {
        ...process.env,
        XDG_STATE_HOME: folder,
        NAME_OF_POLICY: secret,
      });
    expect(await run('--config', good, '--check')).toEqual({
      status: 0,
      stdout: `${good}: valid, 1 server\n`,
      stderr: '',
    });
    const problem = `${bad}:2:8: servers.a.comand: unknown key 'comand'. Did you mean 'command'?\n`;
    expect(await run('--config', bad, '--check')).toEqual({ status: 1, stdout: problem, stderr: '' });
    expect(await run('--config', bad)).toEqual({ status: 2, stdout: '', stderr: problem });
    const other = write('other.yaml', 'servers: { a: { command: a } }\npolicy: "${NAME_OF_POLICY}"\n');
    const { status, stdout } = await run('--config', other, '--check');
    expect(status).toBe(1);
    expect(stdout).toContain('${NAME_OF_POLICY}: cannot be read');
    expect(stdout).not.toContain(secret);
  },
  PATIENCE_MS,
);

test.each([
  [['--check'], '--check needs --config'],
  [['--target', 'http://127.0.0.1:1', '--', 'x'], 'a command, or --target'],
  [['--header-env', 'A=B', '--', 'x'], '--header-env belongs to --target'],
  [['--target', 'http://127.0.0.1:1', '--header-env', 'A=NOT_SET_AT_ALL'], 'the name of a variable that is set'],
])(
  'proxy %j is misunderstood',
  async (args, why) => {
    const { status, stderr } = await mcpGovernance(['proxy', ...args]);
    expect({ status, told: stderr.includes(why) }).toEqual({ status: 2, told: true });
  },
  PATIENCE_MS,
);
