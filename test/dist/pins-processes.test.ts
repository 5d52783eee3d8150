import { afterAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mcpGovernance, root } from '../cli/run.js';

const folder = mkdtempSync(join(tmpdir(), 'pins-processes-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A door in a process of its own: lists tools and calls them as its standard input says, a line each. */
const DOOR = `
import { createInterface } from 'node:readline';
import { ToolFilter } from ${JSON.stringify(pathToFileURL(join(root, 'dist/index.js')).href)};
const [file, server] = process.argv.slice(2);
const filter = new ToolFilter({ serverName: server, pins: { file } });
for await (const line of createInterface({ input: process.stdin })) {
  const { tools, call } = JSON.parse(line);
  if (tools) await filter.list({ tools });
  const said = call === undefined ? 'listed'
    : await filter.call({ tool: call }, () => 'done').catch(({ code }) => code);
  process.stdout.write(JSON.stringify(said) + '\\n');
}
await filter.close();
`;

// Once: a process that starts must not find the file just being written.
const script = join(folder, 'door.mjs');
writeFileSync(script, DOOR);

function startDoor(file: string, server: string) {
  const env = { ...process.env, MCP_GOVERNANCE_LOG_LEVEL: 'silent' };
  const child = spawn(process.execPath, [script, file, server], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const waiting: ((said: unknown) => void)[] = [];
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      waiting.shift()?.(JSON.parse(text.slice(0, end)));
      text = text.slice(end + 1);
    }
  });
  const ask = (order: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    return new Promise((resolve) => waiting.push(resolve));
  };
  const end = (): Promise<unknown> => {
    child.stdin.end();
    return new Promise((resolve) => child.on('close', resolve));
  };
  return { ask, end };
}

test('doors in many processes share a file, and what is accepted at a terminal opens them all', async () => {
  const file = join(folder, 'shared', 'pins.json');
  const doors = ['one', 'two', 'three', 'four'].map((server) => startDoor(file, server));
  const read = { name: 'read', description: 'Reads.' };
  expect(await Promise.all(doors.map(({ ask }) => ask({ tools: [read] })))).toEqual(Array(4).fill('listed'));
  // Nobody's pins were lost to another.
  const { servers } = JSON.parse(readFileSync(file, 'utf8')) as { servers: { name: string }[] };
  expect(servers.map(({ name }) => name)).toEqual(['four', 'one', 'three', 'two']);
  const changed = { tools: [{ ...read, description: 'Sends.' }], call: 'read' };
  expect(await Promise.all(doors.map(({ ask }) => ask(changed)))).toEqual(Array(4).fill('definition_changed'));
  const accepts = ['one', 'two', 'three', 'four'].map((server) =>
    mcpGovernance(['pins', 'accept', server, 'read', '--file', file]),
  );
  expect((await Promise.all(accepts)).map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  expect(await Promise.all(doors.map(({ ask }) => ask({ call: 'read' })))).toEqual(Array(4).fill('done'));
  expect(await mcpGovernance(['pins', 'diff', '--file', file])).toMatchObject({
    status: 0,
    stdout: 'Nothing waits.\n',
  });
  writeFileSync(file, readFileSync(file, 'utf8').slice(1));
  expect(await Promise.all(doors.map(({ ask }) => ask({ call: 'read' })))).toEqual(Array(4).fill('pins_unavailable'));
  expect((await mcpGovernance(['pins', 'accept', '--all', '--file', file])).status).toBe(2);
  await Promise.all(doors.map(({ end }) => end()));
}, 60_000);
