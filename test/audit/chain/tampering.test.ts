import { afterAll, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import type { SignedHead } from '../../../src/audit/chain/signed-head.js';
import { event, Folder } from '../support.js';

const folder = new Folder();
afterAll(() => folder.remove());
const COUNT = 40;

async function record(url: string): Promise<SignedHead> {
  const logger = new AuditLogger({ url, worker: false });
  for (let index = 1; index <= COUNT; index++) void logger.write(event(index));
  const checkpoint = await logger.checkpoint();
  await logger.close();
  return checkpoint;
}

async function verify(url: string, checkpoint?: SignedHead) {
  const logger = new AuditLogger({ url, worker: false, readOnly: true });
  const result = await logger.verify(checkpoint ? { checkpoint } : {});
  await logger.close();
  return result;
}

describe('embedded database', () => {
  const TAMPERING: readonly (readonly [name: string, sql: string, seq: number, why: string])[] = [
    [
      'one byte changed',
      `UPDATE audit_events SET event = replace(event, 'number7"', 'number8"') WHERE seq = 7`,
      7,
      'changed',
    ],
    ['one row deleted', 'DELETE FROM audit_events WHERE seq = 7', 7, 'missing'],
    ['the first row deleted', 'DELETE FROM audit_events WHERE seq = 1', 1, 'missing'],
    [
      'two rows swapped',
      'UPDATE audit_events SET seq = -1 WHERE seq = 7; UPDATE audit_events SET seq = 7 WHERE seq = 8; UPDATE audit_events SET seq = 8 WHERE seq = -1',
      7,
      'does not follow',
    ],
    ['a hash changed', `UPDATE audit_events SET hash = 'x' WHERE seq = 7`, 7, 'changed'],
  ];

  test.each(TAMPERING)('%s is found and named', async (name, sql, seq, why) => {
    const file = folder.file(`${name}.db`);
    await record(`file:${file}`);
    expect((await verify(`file:${file}`)).ok).toBe(true);
    const db = new Database(file);
    db.exec(sql);
    db.close();
    expect(await verify(`file:${file}`)).toMatchObject({
      ok: false,
      firstBad: { seq, why: expect.stringContaining(why) },
    });
  });

  test.each([
    ['a trigger', 'CREATE TRIGGER t BEFORE INSERT ON audit_events BEGIN SELECT RAISE(IGNORE); END', 'a trigger that'],
    [
      'a late trigger',
      'CREATE TRIGGER t AFTER INSERT ON audit_events BEGIN DELETE FROM audit_events; END',
      'a trigger that',
    ],
    ['a view', 'CREATE VIEW v AS SELECT 1', 'a view that'],
    [
      'an index',
      'CREATE UNIQUE INDEX i ON audit_events (tool)',
      'an index that',
      'DELETE FROM audit_events WHERE seq > 1',
    ],
    ['a lost index', 'DROP INDEX audit_events_tool', 'index audit_events_tool is missing'],
    [
      'another index of the same name',
      'DROP INDEX audit_events_tool; CREATE INDEX audit_events_tool ON audit_events (server)',
      'index audit_events_tool is not as it was made',
    ],
    [
      'another table of the same name',
      'ALTER TABLE audit_events ADD COLUMN hidden TEXT',
      'table audit_events is not as it was made',
    ],
  ])('%s that was added by others is named, and nothing is kept under it', async (name, sql, why, before = '') => {
    const file = folder.file(`schema ${name}.db`);
    await record(`file:${file}`);
    const running = new AuditLogger({ url: `file:${file}`, worker: false, required: true });
    await running.write(event(COUNT + 1));
    const change = new Database(file);
    change.exec(`${before}; ${sql}`);
    change.close();
    expect((await verify(`file:${file}`)).firstBad?.why).toContain(why);
    const later = new AuditLogger({ url: `file:${file}`, worker: false, required: true });
    for (const logger of [running, later]) {
      await expect(logger.intend(event(COUNT + 2))).rejects.toThrow('The audit database was changed');
      await expect(logger.write(event(COUNT + 2))).rejects.toThrow(why);
      await expect(logger.close()).rejects.toThrow('1 audit events are lost.');
    }
  });

  test('a table that others keep in the same file, and ANALYZE, change nothing', async () => {
    const file = folder.file('others.db');
    await record(`file:${file}`);
    const change = new Database(file);
    change.exec('CREATE TABLE _replica_seq (id INTEGER PRIMARY KEY, seq INTEGER); ANALYZE; VACUUM');
    change.close();
    await record(`file:${file}`);
    expect(await verify(`file:${file}`)).toMatchObject({ ok: true, count: 2 * COUNT });
  });

  test('a tail that was cut is found by a checkpoint only', async () => {
    const file = folder.file('tail.db');
    const checkpoint = await record(`file:${file}`);
    const db = new Database(file);
    db.exec('DELETE FROM audit_events WHERE seq > 38');
    db.close();
    expect((await verify(`file:${file}`)).ok).toBe(true);
    expect(await verify(`file:${file}`, checkpoint)).toMatchObject({ ok: false, firstBad: { seq: 39 } });
  });
});

describe('jsonl', () => {
  const edit = async (name: string, change: (lines: string[]) => string[]) => {
    const file = folder.file(`${name}.jsonl`);
    const checkpoint = await record(`file:${file}`);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    writeFileSync(file, `${change(lines).join('\n')}\n`);
    return { url: `file:${file}`, file, checkpoint };
  };

  test.each<[string, (lines: string[]) => string[], string]>([
    [
      'one byte changed',
      (lines) => lines.map((line, at) => (at === 6 ? line.replace('number7', 'number9') : line)),
      'changed',
    ],
    [
      'a byte of the frame changed',
      (lines) => lines.map((line, at) => (at === 6 ? `[${line.slice(1)}` : line)),
      'changed',
    ],
    ['one line deleted', (lines) => lines.filter((_, at) => at !== 6), 'missing'],
    ['two lines swapped', (lines) => [...lines.slice(0, 6), lines[7]!, lines[6]!, ...lines.slice(8)], 'missing'],
  ])('%s: found and named', async (name, change, why) => {
    const { url } = await edit(name, change);
    expect(await verify(url)).toMatchObject({ ok: false, firstBad: { seq: 7, why: expect.stringContaining(why) } });
  });

  test('a tail that was cut is found by a checkpoint', async () => {
    const { url, checkpoint } = await edit('tail', (lines) => lines.slice(0, 30));
    expect(await verify(url, checkpoint)).toMatchObject({ ok: false, firstBad: { seq: 31 } });
  });

  test('a torn last line is left out, and the next writer goes on behind the last whole one', async () => {
    const { url, file } = await edit('torn', (lines) => lines);
    const copy = folder.file('torn-copy.jsonl');
    appendFileSync(file, '{"action":"allow","agent');
    copyFileSync(file, copy);
    expect(await verify(`file:${copy}`)).toMatchObject({ ok: true, count: COUNT });
    const logger = new AuditLogger({ url, worker: false });
    void logger.write(event(COUNT + 1));
    await logger.close();
    expect(await verify(url)).toMatchObject({ ok: true, count: COUNT + 1 });
  });

  test('a second writer is refused and told what to do', async () => {
    const url = `file:${folder.file('held.jsonl')}`;
    const first = new AuditLogger({ url, worker: false, required: true });
    await first.write(event(1));
    const second = new AuditLogger({ url, worker: false, required: true });
    await expect(second.intend(event(2))).rejects.toThrow('Give each process a JSONL file of its own');
    await first.close();
    await second.intend(event(2));
    await second.write(event(2));
    await second.close();
  });
});
