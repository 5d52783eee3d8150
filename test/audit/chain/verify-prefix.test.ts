import { afterAll, expect, test } from '@jest/globals';
import Database from 'libsql';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import { event, Folder } from '../support.js';

const folder = new Folder();
afterAll(() => folder.remove());
const keyFile = folder.file('own.key');

async function record(name: string) {
  const file = folder.file(name);
  const logger = new AuditLogger({ url: `file:${file}`, worker: false, keyFile });
  for (let index = 1; index <= 20; index++) void logger.write(event(index));
  const checkpoint = await logger.checkpoint();
  await logger.close();
  const open = (more = {}) =>
    new AuditLogger({ url: `file:${file}`, worker: false, keyFile, retention: { maxAgeMs: 1 }, ...more });
  const change = (sql: string) => {
    const db = new Database(file);
    db.exec(sql);
    db.close();
  };
  return { checkpoint, open, change };
}

test('a checkpoint that lies in what was pruned was not compared, and that is not ok', async () => {
  const { checkpoint, open } = await record('late.db');
  const logger = open();
  expect(await logger.verify({ checkpoint })).toMatchObject({ ok: true, checkpoint: 'compared' });
  await logger.prune();
  // The newest that was removed is in the head that was signed instead.
  expect(await logger.verify({ checkpoint })).toMatchObject({ ok: true, checkpoint: 'compared' });
  const another = { ...(await logger.checkpoint()), hash: 'x' };
  expect((await logger.verify({ checkpoint: another })).ok).toBe(false);
  for (let index = 21; index <= 30; index++) void logger.write(event(index));
  await logger.flush();
  await logger.prune();
  expect(await logger.verify({ checkpoint })).toMatchObject({ ok: false, firstBad: undefined, checkpoint: 'pruned' });
  expect(await logger.verify()).toMatchObject({ ok: true });
  await logger.close();
});

test.each([
  ['changed', `UPDATE audit_events SET event = replace(event, 'number7"', 'number8"') WHERE seq = 7`, 'event 7: was'],
  ['removed', 'DELETE FROM audit_events WHERE seq = 7', 'event 7: is missing'],
  ['cut off at the beginning', 'DELETE FROM audit_events WHERE seq < 7', 'event 1: is missing'],
])('what was %s is not signed as pruned, and stays', async (name, sql, why) => {
  const { open, change } = await record(`${name}.db`);
  change(sql);
  const logger = open();
  const before = await logger.count();
  await expect(logger.prune()).rejects.toThrow(`Nothing was removed, because the record is not as it was: ${why}`);
  expect(await logger.count()).toBe(before);
  await logger.close();
});

test('a head that another key has signed is not built on', async () => {
  const { open } = await record('key.db');
  const stranger = open({ keyFile: folder.file('other.key') });
  await stranger.prune();
  await stranger.close();
  const writer = open({ retention: {} });
  for (let index = 21; index <= 30; index++) void writer.write(event(index));
  await writer.close();
  const logger = open();
  await expect(logger.prune()).rejects.toThrow('not signed by the key');
  expect(await logger.count()).toBe(10);
  await logger.close();
});
