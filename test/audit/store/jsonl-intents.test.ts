import { afterAll, expect, test } from '@jest/globals';
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { JsonlIntents } from '../../../src/audit/store/jsonl-intents.js';
import { Folder } from '../support.js';

const folder = new Folder();
afterAll(() => folder.remove());

test('what was torn off is cut before the next intent is written behind it', () => {
  const path = folder.file('torn.jsonl');
  const first = new JsonlIntents(path);
  first.keep(['a'], ['{"id":"a"}'], 3);
  first.close();
  appendFileSync(`${path}.intents`, '{"id":"b","eve');
  const second = new JsonlIntents(path);
  expect([...second.open]).toEqual([['a', { event: '{"id":"a"}', after: 3 }]]);
  second.keep(['c'], ['{"id":"c"}'], 4);
  second.close();
  expect([...new JsonlIntents(path).open.keys()]).toEqual(['a', 'c']);
});

test('lines that are none of ours are passed over', () => {
  const path = folder.file('hostile.jsonl');
  appendFileSync(`${path}.intents`, 'null\n[]\n{"id":1}\n{"settled":{}}\nx\n{"id":"a","event":"{}","after":"1"}\n');
  expect([...new JsonlIntents(path).open]).toEqual([['a', { event: '{}', after: 0 }]]);
});

test('the file stays small where something is always open', () => {
  const path = folder.file('busy.jsonl');
  const intents = new JsonlIntents(path);
  const event = JSON.stringify({ note: 'x'.repeat(20_000) });
  intents.keep(['0'], [event], 0);
  for (let call = 1; call <= 600; call++) {
    intents.keep([String(call)], [event], call);
    intents.settle([String(call - 1)]);
  }
  expect(statSync(`${path}.intents`).size).toBeLessThan(5 * 1024 ** 2);
  intents.close();
  expect([...new JsonlIntents(path).open.keys()]).toEqual(['600']);
  expect(statSync(`${path}.intents`).mode & 0o777).toBe(0o600);
  expect(readFileSync(`${path}.intents`, 'utf8').endsWith('\n')).toBe(true);
});
