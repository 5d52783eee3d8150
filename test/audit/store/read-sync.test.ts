import { afterAll, expect, test } from '@jest/globals';
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import { LibsqlStore } from '../../../src/audit/store/libsql-store.js';
import { eventText } from '../../../src/audit/chain/event-text.js';
import { batchOf } from '../../../src/audit/store/store.js';
import { event, Folder } from '../support.js';

const folder = new Folder();
afterAll(() => folder.remove());

test.each([
  ['db', '-wal'],
  ['jsonl', ''],
])('a reader of %s signs a checkpoint only once what it signs was synced', async (kind, synced) => {
  const file = folder.file(`read.${kind}`);
  const keyFile = folder.file('own.key');
  const writer = new AuditLogger({ url: `file:${file}`, worker: false });
  void writer.write(event(1));
  await writer.flush();
  const reader = new AuditLogger({ url: `file:${file}`, worker: false, readOnly: true, keyFile });
  expect(await reader.checkpoint()).toMatchObject({ seq: 1 });
  // A file that cannot be synced stands for a disk that cannot.
  renameSync(`${file}${synced}`, `${file}.aside`);
  symlinkSync('/dev/null', `${file}${synced}`);
  await expect(reader.checkpoint()).rejects.toThrow('cannot be used (EINVAL)');
  rmSync(`${file}${synced}`);
  renameSync(`${file}.aside`, `${file}${synced}`);
  await reader.close();
  await writer.close();
});

test('retention goes on where the index of words does not know an event by its words', () => {
  const store = LibsqlStore.open({ kind: 'libsql', place: folder.file('words.db'), access: 'write', rotateBytes: 0 });
  const texts = Array.from({ length: 20 }, (_, index) => eventText(event(index)).text);
  store.append(
    batchOf(
      texts,
      texts.map(() => 'something else'),
    ),
  );
  store.prune(10, JSON.stringify({ seq: 10, hash: 'x' }));
  expect(store.read(0, 100).map(({ seq }) => seq)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  store.close();
});
