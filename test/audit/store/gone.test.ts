import { afterAll, describe, expect, jest, test } from '@jest/globals';
import Database from 'libsql';
import { readFileSync, readlinkSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import { eventText } from '../../../src/audit/chain/event-text.js';
import { lockFile } from '../../../src/audit/store/jsonl-lock.js';
import { LibsqlStore } from '../../../src/audit/store/libsql-store.js';
import { createWriter, isGone, SILENT_FOR_MS } from '../../../src/audit/store/writer.js';
import { event, Folder } from '../support.js';

const folder = new Folder();
afterAll(() => folder.remove());

const ELSEWHERE = { id: 'x', pid: 1, host: 'another-host pid:[1]', started: 'boot:1' };

/** Says that a lock was last touched so many milliseconds ago. */
function age(lock: string, ms: number): void {
  const at = (Date.now() - ms) / 1_000;
  utimesSync(lock, at, at);
}

describe('a JSONL file that a process on another host has locked', () => {
  test('is refused while that process gives signs, and taken over once it is silent', async () => {
    const file = folder.file('other.jsonl');
    writeFileSync(`${file}.lock`, JSON.stringify(ELSEWHERE));
    const logger = new AuditLogger({ url: `file:${file}`, worker: false, required: true });
    age(`${file}.lock`, SILENT_FOR_MS - 20_000);
    await expect(logger.write(event(1))).rejects.toThrow('process 1 on another-host.');
    age(`${file}.lock`, SILENT_FOR_MS + 1_000);
    await logger.write(event(2));
    expect(await logger.count()).toBeGreaterThan(0);
    await logger.close();
  });

  test('a holder touches its lock every 30 seconds, and stops when it lets go', () => {
    jest.useFakeTimers();
    try {
      const path = folder.file('touched.jsonl');
      const lock = lockFile(path);
      age(`${path}.lock`, SILENT_FOR_MS);
      jest.advanceTimersByTime(30_000);
      expect(Date.now() - statSync(`${path}.lock`).mtimeMs).toBeLessThan(1_000);
      lock.release();
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  test('a holder that stood still and lost the file does not write to it', () => {
    const path = folder.file('lost.jsonl');
    let now = Date.now();
    const lock = lockFile(path, () => now);
    writeFileSync(`${path}.lock`, JSON.stringify(ELSEWHERE));
    lock.check();
    now += SILENT_FOR_MS;
    expect(() => lock.check()).toThrow('process 1 on another-host.');
    lock.release();
    expect(readFileSync(`${path}.lock`, 'utf8')).toContain('another-host');
  });
});

test('a process of another namespace of process ids is not looked for by its id', () => {
  const own = createWriter();
  if (process.platform === 'linux') expect(own.host).toContain(readlinkSync('/proc/self/ns/pid'));
  const sameName = { ...own, pid: 2 ** 22 + 1, host: own.host.replace(/pid:.*/, 'pid:[1]') };
  if (process.platform === 'linux') expect(isGone(sameName, Date.now())).toBe(false);
  expect(isGone({ ...own, pid: 2 ** 22 + 1 }, Date.now())).toBe(true);
  expect(isGone(sameName, Date.now() - SILENT_FOR_MS - 1_000)).toBe(true);
});

test('libsql marks what a silent process on another host left open, without a new start', () => {
  const place = folder.file('silent.db');
  const store = LibsqlStore.open({ kind: 'libsql', place, access: 'write', rotateBytes: 0 });
  const other = new Database(place);
  const { id, pid, host, started } = ELSEWHERE;
  const seen = (ms: number) =>
    other
      .prepare('INSERT OR REPLACE INTO audit_writers (id, pid, host, started, seen_at) VALUES (?, ?, ?, ?, ?)')
      .run([id, pid, host, started, Date.now() - ms]);
  seen(0);
  other
    .prepare('INSERT INTO audit_intents (id, writer, event) VALUES (?, ?, ?)')
    .run(['i', id, JSON.stringify(event(1))]);
  store.sync();
  expect(store.read(0, 10)).toHaveLength(0);
  seen(SILENT_FOR_MS + 1_000);
  store.sync();
  store.sync();
  const rows = store.read(0, 10);
  expect(rows.map(({ text }) => JSON.parse(text).resultStatus)).toEqual(['unknown_after_crash']);
  other.close();
  store.close();
});

test('an intent that somebody removed leaves no trace: events are chained, intents are not', async () => {
  const place = folder.file('removed.db');
  const store = LibsqlStore.open({ kind: 'libsql', place, access: 'write', rotateBytes: 0 });
  store.append({
    texts: [eventText(event(1)).text],
    words: ['word'],
    settled: [],
    intentIds: ['i'],
    intents: [eventText(event(2)).text],
    durable: true,
    echo: false,
  });
  const other = new Database(place);
  expect(other.prepare('DELETE FROM audit_intents').run([]).changes).toBe(1);
  other.close();
  store.close();
  const logger = new AuditLogger({ url: `file:${place}`, worker: false, keyFile: folder.file('own.key') });
  expect(await logger.verify()).toMatchObject({ ok: true, count: 1 });
  expect(await logger.count({ resultStatus: 'unknown_after_crash' })).toBe(0);
  await logger.close();
});
