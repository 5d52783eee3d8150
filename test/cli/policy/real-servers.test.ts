import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { Policy } from '../../../src/policy/policy.js';
import { root } from '../run.js';
import { Folder } from './run-policy.js';

const PATIENCE_MS = 60_000;
const folder = new Folder();
afterAll(() => folder.remove());

/** Writes a policy for a server, proves it against that server, and tells what it decides of some tools. */
async function start(place: readonly string[], server: string, asked: readonly string[]) {
  const file = join(folder.path, `${server.replace('/', '-')}.yaml`);
  expect(await folder.run('init', '-o', file, ...place)).toMatchObject({ status: 0, stderr: '' });
  expect(await folder.run('validate', file)).toMatchObject({ status: 0 });
  expect(await folder.run('test', file)).toMatchObject({ status: 0 });
  expect(await folder.run('lint', file)).toMatchObject({ status: 0, stdout: 'no findings\n' });
  expect(await folder.run('lint', file, ...place)).toMatchObject({ status: 0, stdout: 'no findings\n' });
  const policy = Policy.fromYaml(file);
  return Object.fromEntries(asked.map((tool) => [tool, policy.evaluate({ server, tool }).action]));
}

const everyone = (tools: readonly string[], action: string) => Object.fromEntries(tools.map((tool) => [tool, action]));

describe.each([
  {
    name: 'server-filesystem',
    args: [folder.path],
    server: 'secure-filesystem-server',
    reads: [
      ...['read_file', 'read_text_file', 'read_media_file', 'read_multiple_files', 'list_directory'],
      ...['list_directory_with_sizes', 'directory_tree', 'search_files', 'get_file_info', 'list_allowed_directories'],
    ],
    writes: ['write_file', 'edit_file', 'create_directory', 'move_file', 'a_tool_of_tomorrow'],
  },
  {
    name: 'server-everything',
    args: ['stdio'],
    server: 'mcp-servers/everything',
    reads: ['echo', 'get-sum', 'get-tiny-image', 'get-structured-content', 'get-resource-links'],
    writes: [
      'get-env',
      'gzip-file-as-resource',
      'trigger-long-running-operation',
      'toggle-subscriber-updates',
      'tomorrow',
    ],
  },
])('@modelcontextprotocol/$name', ({ name, args, server, reads, writes }) => {
  test(
    'gets a policy that is valid, lints clean, allows reading and asks for writing',
    async () => {
      const program = join(root, 'node_modules/@modelcontextprotocol', name, 'dist/index.js');
      const place = ['--', process.execPath, program, ...args];
      const decided = await start(place, server, [...reads, ...writes]);
      expect(decided).toEqual({ ...everyone(reads, 'allow'), ...everyone(writes, 'review') });
    },
    PATIENCE_MS,
  );
});

describe('a server at a URL', () => {
  const tools = ['read_page', 'publish_page', 'delete_page'].map((name) => ({ name, inputSchema: { type: 'object' } }));
  let http: HttpServer;
  let place: string[];

  beforeAll(async () => {
    http = createServer((request, response) => {
      const server = new Server({ name: 'pages', version: '1' }, { capabilities: { tools: {} } });
      server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
      const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
      void server.connect(transport).then(() => transport.handleRequest(request, response));
    }).listen(0, '127.0.0.1');
    await once(http, 'listening');
    place = ['--url', `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`];
  });
  afterAll(() => void http.close());

  test('is asked by init and by lint', async () => {
    const asked = tools.map(({ name }) => name);
    const decided = await start(place, 'pages', asked);
    expect(decided).toEqual({ read_page: 'allow', publish_page: 'review', delete_page: 'block' });
    const other = folder.write('other.yaml', 'rules: [{ match: { server: pages, tool: raed_page }, action: allow }]\n');
    const { status, stdout } = await folder.run('lint', other, ...place);
    expect(status).toBe(1);
    expect(stdout).toContain("unknown-tool: the server 'pages' offers no tool 'raed_page'");
  });

  test('that is not there', async () => {
    const { status, stdout, stderr } = await folder.run('init', '--url', 'http://127.0.0.1:1/mcp');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^the server did not tell its tools: /);
  });
});
