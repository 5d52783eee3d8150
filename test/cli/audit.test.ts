import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Database from 'libsql';
import { existsSync, readFileSync } from 'node:fs';
import { AuditLogger } from '../../src/audit/audit-logger.js';
import { audit } from '../../src/cli/audit.js';
import { event, Folder } from '../audit/support.js';
import { FakeTerminal } from './run.js';

const folder = new Folder();
const url = `file:${folder.file('audit.db')}`;
afterAll(() => folder.remove());

beforeAll(async () => {
  const logger = new AuditLogger({ url, worker: false });
  for (let index = 0; index < 150; index++) {
    void logger.write(
      event(
        index,
        index === 3
          ? { tool: '=cmd\u001b[31m', reason: 'said "no", twice', action: 'block', resultStatus: 'blocked' }
          : {},
      ),
    );
  }
  await logger.close();
});

async function run(...args: string[]) {
  const terminal = new FakeTerminal();
  const status = await audit.run([...args, '--url', url], terminal);
  return { status, out: terminal.stdout, err: terminal.stderr };
}

test('shows a table, the newest first, in which nothing acts on the terminal', async () => {
  const { status, out, err } = await run('--limit', '2');
  expect(status).toBe(0);
  expect(out.split('\n')[1]).toContain('2026-01-01 00:02:29');
  expect(err).toContain('There are more');
  const blocked = await run('--status', 'blocked');
  expect(blocked.out).toContain('docs:=cmd');
  expect(blocked.out).not.toContain('\u001b');
});

test('json has a cursor to go on with, jsonl one event a line, csv nothing that a spreadsheet runs', async () => {
  const first = JSON.parse((await run('--json', '--limit', '100')).out);
  expect(first.events).toHaveLength(100);
  const second = JSON.parse((await run('--json', '--cursor', first.cursor)).out);
  expect(second.events).toHaveLength(50);
  expect((await run('--format', 'jsonl', '--tool', 'odd', '--limit', '3')).out.trimEnd().split('\n')).toHaveLength(3);
  const csv = (await run('--format', 'csv', '--action', 'block')).out;
  expect(csv).toContain(`'=cmd`);
  expect(csv).toContain('"said ""no"", twice"');
});

test.each(['jsonl', 'csv', 'json', 'table'])('-o writes all of it as %s', async (format) => {
  const file = folder.file(`all.${format}`);
  const { status, err } = await run('--format', format, '-o', file);
  expect([status, err]).toEqual([0, `Wrote 150 events to ${file}.\n`]);
  const text = readFileSync(file, 'utf8');
  if (format === 'json') expect(JSON.parse(text).events).toHaveLength(150);
  else expect(text.trimEnd().split('\n')).toHaveLength(format === 'jsonl' ? 150 : 151);
});

test('a checkpoint, and verification with and without it', async () => {
  const file = folder.file('checkpoint.json');
  expect((await run('checkpoint', '-o', file)).status).toBe(0);
  expect(await run('verify', '--checkpoint', file)).toMatchObject({
    status: 0,
    out: expect.stringContaining('150 events'),
  });
  const db = new Database(folder.file('audit.db'));
  db.exec('DELETE FROM audit_events WHERE seq > 148');
  db.close();
  expect((await run('verify')).status).toBe(0);
  expect(await run('verify', '--checkpoint', file)).toMatchObject({
    status: 1,
    out: expect.stringContaining('event 149'),
  });
  expect(JSON.parse((await run('verify', '--json')).out)).toMatchObject({ ok: true, count: 148 });
});

test('a checkpoint in what was pruned is no plain ok', async () => {
  const place = `file:${folder.file('pruned.db')}`;
  const file = folder.file('early.json');
  const logger = new AuditLogger({ url: place, worker: false, retention: { maxAgeMs: 1 } });
  for (let index = 0; index < 10; index++) void logger.write(event(index));
  await logger.checkpoint(file);
  void logger.write(event(10));
  await logger.flush();
  await logger.prune();
  await logger.close();
  const terminal = new FakeTerminal();
  expect(await audit.run(['verify', '--checkpoint', file, '--url', place], terminal)).toBe(1);
  expect(terminal.stdout).toMatch(/NOT COMPARED.*nothing was compared/);
  expect(terminal.stdout).not.toContain('ok<');
});

test('stats count', async () => {
  const { out } = await run('stats');
  expect(out).toContain('even');
  expect(out).toMatch(/whole call: p50 .* ms/);
});

test('what cannot be read ends with 2 and makes no file', async () => {
  const terminal = new FakeTerminal();
  const missing = folder.file('missing.db');
  expect(await audit.run(['--url', `file:${missing}`], terminal)).toBe(2);
  expect(terminal.stderr).toContain('There is no record at');
  expect(existsSync(missing)).toBe(false);
  await expect(run('--since', 'soon')).rejects.toThrow('since must be a time');
  await expect(run('--format', 'xml')).rejects.toThrow('--format is one of');
  await expect(run('verfy')).rejects.toThrow("Did you mean 'verify'?");
});
