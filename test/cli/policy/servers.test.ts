import { afterAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import process from 'node:process';
import { Policy } from '../../../src/policy/policy.js';
import { root } from '../run.js';
import { Folder } from './run-policy.js';

const folder = new Folder();
afterAll(() => folder.remove());

const tools = [
  {
    name: 'read_file',
    description: 'Reads\n  a file # \u001b[31m',
    inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
  },
  { name: 'look', annotations: { readOnlyHint: true } },
  { name: 'write_file', annotations: { readOnlyHint: true } },
  { name: 'query', inputSchema: { type: 'object', properties: { sql: { type: 'string' } } } },
  { name: 'delete_file', annotations: { readOnlyHint: true } },
  { name: 'odd*name' },
].map((tool) => ({ inputSchema: { type: 'object' }, ...tool }));
const sdk = join(root, 'node_modules/@modelcontextprotocol/sdk/dist/esm');
const server = folder.write(
  'server.mjs',
  `import { Server } from ${JSON.stringify(join(sdk, 'server/index.js'))};
import { StdioServerTransport } from ${JSON.stringify(join(sdk, 'server/stdio.js'))};
import { ListToolsRequestSchema } from ${JSON.stringify(join(sdk, 'types.js'))};
const tools = ${JSON.stringify(tools)};
const server = new Server({ name: 'files', version: '1' }, { capabilities: { tools: {} } });
// Two pages: whoever reads one only misses tools.
server.setRequestHandler(ListToolsRequestSchema, ({ params }) =>
  params?.cursor ? { tools: tools.slice(3) } : { tools: tools.slice(0, 3), nextCursor: 'more' });
await server.connect(new StdioServerTransport());
`,
);
const command = ['--', process.execPath, server];

describe('policy init', () => {
  test('writes a policy that is valid, passes its tests, lints clean, and decides as it should', async () => {
    const file = join(folder.path, 'new.yaml');
    expect(await folder.run('init', '-o', file, ...command)).toMatchObject({ status: 0, stderr: '' });
    expect((await folder.run('validate', file)).stdout).toMatch(/valid, 3 rules/);
    expect((await folder.run('test', file)).stdout).toMatch(/3 tests, all passed/);
    expect(await folder.run('lint', file, ...command)).toMatchObject({ status: 0, stdout: 'no findings\n' });
    const policy = Policy.fromYaml(file);
    const action = (tool: string) => policy.evaluate({ server: 'files', tool }).action;
    expect(
      Object.fromEntries([...tools.map(({ name }) => name), 'new_one'].map((name) => [name, action(name)])),
    ).toEqual({
      read_file: 'allow',
      look: 'allow',
      write_file: 'review',
      query: 'review',
      delete_file: 'block',
      'odd*name': 'review',
      new_one: 'review',
    });
  });

  test('begins with the schema for editors, and lets no description out of its comment', async () => {
    const { stdout } = await folder.run('init', '--server', 'mine', ...command);
    expect(stdout).toMatch(/^# yaml-language-server: \$schema=https:\/\/\S+\n/);
    expect(stdout).toContain('- "read_file" # Reads a file # [31m\n');
    expect(stdout).toContain('server: "mine"');
  });

  test('overwrites nothing unless it is told to', async () => {
    const file = folder.write('there.yaml', 'mine');
    const { status, stderr } = await folder.run('init', '-o', file, ...command);
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'there.yaml: is there already; --force overwrites it\n' });
    expect((await folder.run('init', '-o', file, '--force', ...command)).status).toBe(0);
    expect((await folder.run('validate', file)).status).toBe(0);
  });

  test.each([
    [[], 'name one server'],
    [['--url', 'http://x/', '--', 'x'], 'name one server'],
    [['node', 'x.js'], 'stands behind --'],
    [['--url', 'nonsense'], '--url is the URL of a server'],
    [['--', 'no-such-program-anywhere'], 'the server did not tell its tools'],
    [['--', process.execPath, '-e', '0'], 'the server did not tell its tools'],
  ])('%j ends with 2', async (args, text) => {
    const { status, stdout, stderr } = await folder.run('init', ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(text);
  });
});

describe('policy lint', () => {
  const bad = folder.write(
    'bad.yaml',
    `defaults: { action: review }
rules:
  - match: { tool: raed_file, server: files }
    action: allow
  - match: { tool: read_file, server: files }
    when: { args.path: { gt: 5 } }
    action: allow
`,
  );

  test('points at each finding, with a fix', async () => {
    const list = folder.write('tools.json', JSON.stringify({ tools }));
    const fromFile = await folder.run('lint', bad, '--tools', list);
    expect(fromFile.status).toBe(1);
    expect(fromFile.stdout).toBe(
      [
        "bad.yaml:3:20: unknown-tool: the server 'files' offers no tool 'raed_file'",
        '    3 |   - match: { tool: raed_file, server: files }',
        '      |                    ^',
        "      Did you mean 'read_file'?",
        "bad.yaml:6:30: type-mismatch: args.path: gt asks for number, and for the tool 'read_file' this is string",
        '    6 |     when: { args.path: { gt: 5 } }',
        '      |                              ^',
        "      Mend the path, the operator or the value, or the tools that the rule 'rules[1]' is about.",
        '2 findings\n',
      ].join('\n'),
    );
    expect((await folder.run('lint', bad, ...command)).stdout).toBe(fromFile.stdout);
    const json = JSON.parse((await folder.run('lint', bad, '--tools', list, '--json')).stdout);
    expect(json).toMatchObject([
      { code: 'unknown-tool', line: 3, column: 20 },
      { code: 'type-mismatch', line: 6 },
    ]);
  });

  test('says what cannot be used', async () => {
    const list = folder.write('no-tools.json', '{"secret":1}');
    const { status, stderr } = await folder.run('lint', bad, '--tools', list);
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^no-tools\.json: is no result/),
    });
    expect((await folder.run('lint', bad, '--tools', list, '--url', 'x')).stderr).toContain('exclude one another');
    const two = folder.write('two.yaml', 'tools: { a: { x: allow }, b: { x: allow } }\n');
    expect((await folder.run('lint', two, '--tools', folder.write('t.json', '[]'))).stderr).toContain('with --server');
  });
});
