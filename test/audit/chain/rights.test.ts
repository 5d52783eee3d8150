import { afterAll, expect, jest, test } from '@jest/globals';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import process from 'node:process';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import { loadSigningKey } from '../../../src/audit/chain/signing-key.js';
import { event, Folder } from '../support.js';

const folder = new Folder();
afterAll(() => folder.remove());

test.each(['db', 'jsonl'])('no file of a record in %s can be read by others', async (kind) => {
  const before = process.umask(0o022);
  try {
    const logger = new AuditLogger({ url: `file:${folder.file(`audit.${kind}`)}`, worker: false, required: true });
    await logger.intend(event(1));
    await logger.write(event(1));
    await logger.checkpoint();
    const files = readdirSync(folder.path).filter((name) => name.startsWith(`audit.${kind}`));
    expect(files.length).toBeGreaterThan(2);
    const modes = files.map((name) => [name, (statSync(folder.file(name)).mode & 0o777).toString(8)]);
    expect(modes).toEqual(files.map((name) => [name, '600']));
    await logger.close();
  } finally {
    process.umask(before);
  }
});

test('a key that others may read is warned of, once', () => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const file = folder.file('shared.key');
  loadSigningKey(file);
  loadSigningKey(file);
  expect(warn).not.toHaveBeenCalled();
  chmodSync(file, 0o640);
  loadSigningKey(file);
  loadSigningKey(file);
  expect(warn.mock.calls).toEqual([[expect.stringContaining(`the key ${file}`), 'AuditWarning']]);
  warn.mockRestore();
});
