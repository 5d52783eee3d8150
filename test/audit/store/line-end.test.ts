import { afterAll, describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { AuditLogger } from '../../../src/audit/audit-logger.js';
import { event, Folder } from '../support.js';

const folder = new Folder();
afterAll(() => folder.remove());

async function record(name: string, end: string) {
  const file = folder.file(name);
  const logger = new AuditLogger({ url: `file:${file}`, worker: false });
  for (let index = 1; index <= 10; index++) void logger.write(event(index));
  await logger.close();
  writeFileSync(file, `${readFileSync(file, 'utf8').slice(0, -1)}${end}`);
  const open = (more = {}) => new AuditLogger({ url: `file:${file}`, worker: false, ...more });
  return { file, open };
}

test('a line that was torn off behind an argument that looks like an end is left out', async () => {
  const { file, open } = await record('argument.jsonl', '\n');
  const hash = '0'.repeat(64);
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"action":"allow","params":{"hash":"${hash}"}`);
  const writer = open();
  expect(await writer.verify()).toMatchObject({ ok: true, count: 10 });
  await writer.close();
});

describe('the last line feed of a JSONL file', () => {
  test('was removed: the event is read, and the next one follows it', async () => {
    const { open } = await record('none.jsonl', '');
    const reader = open({ readOnly: true });
    expect(await reader.verify()).toMatchObject({ ok: true, count: 10 });
    const writer = open();
    void writer.write(event(11));
    await writer.close();
    const seen: number[] = [];
    for await (const page of reader.scan({}, 10)) seen.push(...page.map(({ seq }) => seq));
    expect(seen).toEqual([11]);
    expect(await reader.verify()).toMatchObject({ ok: true, count: 11 });
    await reader.close();
  });

  test.each([
    ['a letter', 'x'],
    ['a blank', ' '],
    ['another character', '\u{1f600}'],
  ])('became %s: the event is named, before and after the next writer', async (name, end) => {
    const { file, open } = await record(`${name}.jsonl`, end);
    const reader = open({ readOnly: true });
    expect(await reader.verify()).toMatchObject({ ok: false, firstBad: { seq: 10 } });
    const writer = open();
    void writer.write(event(11));
    await writer.close();
    expect(await reader.verify()).toMatchObject({ ok: false, firstBad: { seq: 10 } });
    expect(readFileSync(file, 'utf8')).toContain(event(10).id);
    await reader.close();
  });
});
