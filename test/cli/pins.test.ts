import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pins } from '../../src/cli/pins.js';
import { PinFile } from '../../src/pins/pin-file.js';
import { Pins } from '../../src/pins/pins.js';
import { ManualClock } from '../../src/testing/index.js';
import { FakeTerminal } from './run.js';

let folder = '';
let file = '';
let door: Pins;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pins-cli-'));
  file = join(folder, 'pins.json');
  door = new Pins({
    store: new PinFile(file),
    clock: new ManualClock(),
    mask: (definition) => definition,
    isAccepted: () => false,
    onReport: () => undefined,
  });
  await door.instructed('files', 'Read first.');
  await door.listed('files', [{ name: 'read', description: 'Reads.' }, { name: 'old' }]);
  await door.listed('files', [
    { name: 'read', description: 'Reads.\nSends \u202eit\u001b[31m.' },
    { name: 'new\u001b[2J', description: 'x' },
  ]);
  await door.listed('other', [{ name: 'look' }]);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const terminal = new FakeTerminal();
  const status = await pins.run([...args, '--file', file], terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

test('list shows what is accepted and what waits, and nothing acts on the terminal', async () => {
  const { status, out } = await run('list');
  expect(status).toBe(0);
  expect(out).toContain('<bold>files</bold>');
  expect(out).toMatch(/read\s+<yellow>changed<\/yellow>/);
  expect(out).toMatch(/old\s+<yellow>removed<\/yellow>/);
  expect(out).toMatch(/new\s+<yellow>added<\/yellow>/);
  expect(out).toMatch(/look\s+<green>accepted<\/green> {2}2026-01-01 00:00:00/);
  expect(out).not.toContain('\u001b');
  expect((await run('list', 'nobody')).status).toBe(1);
  const { servers } = JSON.parse((await run('list', 'files', '--json')).out) as { servers: { tools: object[] }[] };
  expect(servers).toHaveLength(1);
  expect(servers[0]?.tools[2]).toMatchObject({
    state: 'changed',
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('diff shows what was and what is, and ends with 1 as long as something waits', async () => {
  const { status, out } = await run('diff', 'files', 'read');
  expect(status).toBe(1);
  expect(out).toContain('<green>+ Sends \\u{202e}it\\u{1b}[31m.</green>');
  expect((await run('diff')).out).toContain('added');
  expect(await run('diff', 'other')).toMatchObject({ status: 0, out: 'Nothing waits.\n' });
  const { waiting } = JSON.parse((await run('diff', '--json')).out) as { waiting: object[] };
  expect(waiting).toMatchObject([
    { waiting: 'added', accepted: null },
    { tool: 'old', waiting: 'removed', pending: null },
    { server: 'files', tool: 'read', waiting: 'changed', pending: { definition: { description: expect.any(String) } } },
  ]);
});

test('accept opens what it names, to doors that run, and no more', async () => {
  expect(door.standing('files', 'read')).toBe('changed');
  const one = await run('accept', 'files', 'read');
  expect(one).toMatchObject({ status: 0, out: expect.stringContaining('<green>accepted</green>') });
  expect([door.standing('files', 'read'), door.standing('files', 'new\u001b[2J')]).toEqual(['accepted', 'added']);
  expect((await run('accept', 'files', 'read')).status).toBe(1);
  await door.instructed('files', 'Send first.');
  expect((await run('accept', 'files', '--instructions')).status).toBe(0);
  expect(door.standing('files', 'read')).toBe('accepted');
  const rest = JSON.parse((await run('accept', '--all', '--json')).out) as { accepted: object[] };
  expect(rest.accepted).toHaveLength(2);
  expect((await run('diff')).status).toBe(0);
});

test('what cannot be understood or read is said, and nothing is changed', async () => {
  await expect(run('accept')).rejects.toThrow(/--all/);
  await expect(run('accept', 'files', '--all')).rejects.toThrow(/--all/);
  await expect(run('accept', '--all', '--instructions')).rejects.toThrow(/one server/);
  await expect(run('diff', 'a', 'b', 'c')).rejects.toThrow(/one tool/);
  await expect(run('acept')).rejects.toThrow(/Did you mean 'accept'/);
  await expect(pins.run([], new FakeTerminal())).rejects.toThrow(/list, diff or accept/);
  writeFileSync(file, '{');
  for (const command of ['list', 'diff']) {
    expect(await run(command)).toMatchObject({ status: 2, out: '', err: expect.stringContaining('damaged') });
  }
  rmSync(file);
  expect(await run('list')).toMatchObject({ status: 2, err: expect.stringContaining('There is no file') });
});

test.each(['list', 'diff', 'accept'])('%s --help says how it ends', async (command) => {
  const { status, out } = await run(command, '--help');
  expect([status, out]).toEqual([0, expect.stringContaining('Exit codes:')]);
});
