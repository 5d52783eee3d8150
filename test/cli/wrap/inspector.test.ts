import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { startProxy } from '../../../src/proxy/index.js';
import { mcpGovernance, root } from '../run.js';

const require = createRequire(import.meta.url);
const EVERYTHING = join(
  dirname(require.resolve('@modelcontextprotocol/server-everything/package.json')),
  'dist/index.js',
);

/** The MCP Inspector's command line: among our packages, or where a variable says. */
const INSPECTOR =
  process.env['MCP_INSPECTOR_CLI'] ?? join(root, 'node_modules/@modelcontextprotocol/inspector-cli/build/cli.js');
const isThere = existsSync(INSPECTOR);
if (!isThere)
  console.warn('skipped: the MCP Inspector needs @modelcontextprotocol/inspector-cli, or MCP_INSPECTOR_CLI');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inspector-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

// A server that is reached over HTTP: of a command, the Inspector 1.0 loses its own options behind the `--` in it.
(isThere ? test : test.skip)(
  'the MCP Inspector starts a wrapped server, lists its tools, and is refused what the policy blocks',
  async () => {
    const stderr = new PassThrough().resume();
    const target = { kind: 'stdio', command: process.execPath, args: [EVERYTHING] } as const;
    const remote = await startProxy({ inbound: { kind: 'http' }, upstreams: [{ target }] }, { env: {}, stderr });
    const policy = join(folder, 'policy.yaml');
    writeFileSync(
      policy,
      'defaults: { action: allow }\nrules: [{ match: { server: far, tool: get-env }, action: block }]\n',
    );
    const file = join(folder, 'mcp.json');
    writeFileSync(file, JSON.stringify({ mcpServers: { far: { type: 'http', url: remote.url } } }, null, 2));
    const env = { ...process.env, XDG_STATE_HOME: folder };
    expect((await mcpGovernance(['wrap', file, '--local', '--policy', policy], undefined, env)).status).toBe(0);

    const inspect = async (...args: string[]) => {
      const words = [INSPECTOR, '--cli', '--config', file, '--server', 'far', '-e', `XDG_STATE_HOME=${folder}`];
      const { stdout } = await promisify(execFile)(process.execPath, [...words, '--method', ...args], {
        timeout: 60_000,
        env,
      });
      return JSON.parse(stdout) as { tools?: { name: string }[]; isError?: boolean; content?: unknown };
    };
    const { tools = [] } = await inspect('tools/list');
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['echo', 'get-env']));
    const refused = await inspect('tools/call', '--tool-name', 'get-env');
    expect(refused.isError).toBe(true);
    expect(JSON.stringify(refused.content)).toContain('blocked by policy');
    const said = await inspect('tools/call', '--tool-name', 'echo', '--tool-arg', 'message=hello');
    expect(JSON.stringify(said.content)).toContain('hello');
    await remote.close();
  },
  120_000,
);
