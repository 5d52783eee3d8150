import { afterAll, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import { event, Folder } from '../support.js';

const folder = new Folder();
afterAll(() => folder.remove());
const COUNT = 600;

/** A record in a file, closed. */
async function record(name: string): Promise<{ url: string; file: string }> {
  const file = folder.file(name);
  const logger = new AuditLogger({ url: `file:${file}`, worker: false });
  for (let index = 1; index <= COUNT; index++) void logger.write(event(index));
  await logger.close();
  return { url: `file:${file}`, file };
}

/** Changes bytes of a file, and looks that there are as many as before. */
function edit(file: string, from: string, to: string): void {
  const bytes = readFileSync(file, 'latin1');
  expect(bytes).toContain(from);
  writeFileSync(file, bytes.replace(from, to), 'latin1');
  expect(statSync(file).size).toBe(bytes.length);
}

/** Moves what a database has kept beside its file into it. */
function settle(file: string): void {
  const db = new Database(file);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

describe.each(['db', 'jsonl'])('an event of %s that is no JSON any more', (kind) => {
  test('is named, and all others are read, filtered and counted', async () => {
    const { url, file } = await record(`broken.${kind}`);
    if (kind === 'db') settle(file);
    edit(file, 'number300"}', 'number300]}');
    const logger = new AuditLogger({ url, worker: false, readOnly: true });
    expect(await logger.verify()).toMatchObject({ ok: false, firstBad: { seq: 300 } });
    const all: string[] = [];
    for await (const page of logger.scan()) all.push(...page.map(({ method, id }) => `${method} ${id}`));
    expect(all).toHaveLength(COUNT);
    expect(all[299]).toBe('audit/damaged ');
    const seen = async (query: object) =>
      (await logger.getLog({ limit: COUNT, ...query })).events.map(({ seq }) => seq);
    expect((await seen({ text: 'number5' })).slice(0, 2)).toEqual([599, 598]);
    expect((await seen({ tool: 'odd' })).slice(0, 2)).toEqual([599, 597]);
    expect((await seen({})).length).toBeGreaterThanOrEqual(COUNT - 1);
    await logger.close();
  });
});

test('a damaged line of JSONL is named when retention would let it go, and nothing goes', async () => {
  const { url, file } = await record('old.jsonl');
  edit(file, 'number300"}', 'number300]}');
  const logger = new AuditLogger({ url, worker: false, retention: { maxAgeMs: 1 }, keyFile: folder.file('old.key') });
  await expect(logger.prune()).rejects.toThrow('Nothing was removed, because the record is not as it was: event 300');
  // What cannot be read is not counted.
  expect(await logger.count()).toBe(COUNT - 1);
  await logger.close();
});

test('a damaged intent keeps no record from opening', async () => {
  const file = folder.file('intents.jsonl');
  writeFileSync(`${file}.intents`, `${JSON.stringify({ id: 'a', event: '{"tool":"x', after: 0 })}\n`);
  const logger = new AuditLogger({ url: `file:${file}`, worker: false });
  expect((await logger.getLog()).events).toMatchObject([
    { method: 'audit/damaged', resultStatus: 'unknown_after_crash', errorCode: 'audit_damaged' },
  ]);
  expect((await logger.verify()).ok).toBe(true);
  await logger.close();
});

test('a signed head that cannot be read is named', async () => {
  const { url, file } = await record('stub.jsonl');
  writeFileSync(`${file}.stub`, '{"seq":1');
  const logger = new AuditLogger({ url, worker: false, readOnly: true });
  expect(await logger.verify()).toMatchObject({
    ok: false,
    firstBad: { why: expect.stringContaining('cannot be read') },
  });
  await logger.close();
});

test('a stub and a line that are hostile are read as what they are', async () => {
  const file = folder.file('hostile.jsonl');
  const zeros = '0'.repeat(64);
  const tail = (seq: number) => `"seq":${seq},"previousHash":"${zeros}","hash":"${zeros}"}`;
  writeFileSync(file, `{"a":1,${tail(1)}\nnot json\n{"tool":{},"id":5,"__proto__":{"x":1},${tail(3)}\n`);
  const logger = new AuditLogger({ url: `file:${file}`, worker: false, readOnly: true });
  expect(await logger.verify()).toMatchObject({ ok: false, firstBad: { seq: 1 } });
  const { events } = await logger.getLog();
  expect(events.every(({ tool, timestamp }) => tool === '' && timestamp === '')).toBe(true);
  expect((await logger.stats()).events).toBe(3);
  await logger.close();
});

test('a database whose end was torn off says so, and gives what comes before', async () => {
  const { url, file } = await record('torn.db');
  settle(file);
  truncateSync(file, Math.floor(statSync(file).size / 4096 - 2) * 4096);
  const logger = new AuditLogger({ url, worker: false, readOnly: true });
  const { ok } = await logger.verify().catch(() => ({ ok: false }));
  expect(ok).toBe(false);
  const seen: number[] = [];
  try {
    for await (const page of logger.scan()) seen.push(...page.map(({ seq }) => seq));
  } catch (fault) {
    expect((fault as Error).message).toContain('The file is damaged');
  }
  expect(seen.length).toBeGreaterThan(COUNT / 2);
  await logger.close();
});

test('a torn page of the log beside the database is left out, and the rest is read and goes on', async () => {
  const file = folder.file('wal.db');
  const open = () => new AuditLogger({ url: `file:${file}`, worker: false });
  const first = open();
  for (let index = 1; index <= 10; index++) {
    void first.write(event(index));
    await first.flush();
  }
  const copy = folder.file('copy.db');
  writeFileSync(copy, readFileSync(file));
  const wal = readFileSync(`${file}-wal`);
  writeFileSync(`${copy}-wal`, wal.subarray(0, wal.length - 2_000));
  await first.close();
  const second = new AuditLogger({ url: `file:${copy}`, worker: false });
  expect(await second.lastSeq()).toBeGreaterThanOrEqual(8);
  void second.write(event(20));
  await second.flush();
  expect(await second.verify()).toMatchObject({ ok: true });
  await second.close();
});
