import { describe, expect, test } from '@jest/globals';
import { toStoredEvent } from '../../../src/audit/query/stored-event.js';
import { fit, widthOf } from '../../../src/cli/audit/fit.js';
import { toCsv, toShownJson, toTable } from '../../../src/cli/audit/formats.js';
import { event } from '../../audit/support.js';

const plain = (_: string, text: string) => text;
const row = (more: object) =>
  toStoredEvent({ seq: 1, previousHash: '', hash: '', text: JSON.stringify({ ...event(1), ...more }) });
const HOSTILE = [
  row({ tool: 'データベース検索ツール', server: '日本語', reason: '🎉 許可されました '.repeat(20) }),
  row({ tool: '\u001b]0;owned\u0007\u001b[2J', agent: '\u202eevil', reason: 'line\nbreak\r\b' }),
  row({ tool: 'x'.repeat(300), agent: 'a'.repeat(300), durationMs: 123456789.5, resultStatus: 'unknown_after_crash' }),
  row({ tool: 'e\u0301'.repeat(40) }),
  row({ tool: 1, timestamp: null, durationMs: 'x', reason: { a: 1 } }),
];

describe.each([40, 80, 120, 200])('a table in %d columns', (columns) => {
  test('never has a longer line, nor one more than there are events', () => {
    const lines = toTable(HOSTILE, columns, plain).trimEnd().split('\n');
    expect(lines).toHaveLength(HOSTILE.length + 1);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });
});

test('at 80 columns an ordinary event shows its reason', () => {
  const [head, first] = toTable([row({ reason: 'no deletes' })], 80, plain).split('\n');
  expect(head).toContain('REASON');
  expect(first).toContain('no deletes');
});

test('a text is cut between characters and filled by what it takes', () => {
  expect(fit('日本語', 6)).toBe('日本語');
  expect(fit('日本語', 5)).toBe('日本…');
  expect(fit('日本語', 4)).toBe('日… ');
  expect(fit('e\u0301e', 3)).toBe('e\u0301e ');
});

test('neither CSV nor JSON acts on a terminal, and JSON says the same', () => {
  const events = HOSTILE.slice(0, 2).concat(row({ reason: '\u009b31m\u202e\u{e0041}' }));
  expect(toCsv(events)).not.toMatch(/[^\P{Cc}\r\n]/u);
  expect(toShownJson(events)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(JSON.parse(toShownJson(events))).toEqual(JSON.parse(JSON.stringify(events)));
});

test('CSV on a terminal has no character that moves or turns what stands before it', () => {
  const events = [row({ reason: 'ok\rBLOCKED\u202e\u{e0041}\u2028' })];
  expect(toCsv(events, true)).toContain('"ok\ufffdBLOCKED\ufffd\ufffd\ufffd"');
  expect(toCsv(events, true)).not.toMatch(/[\p{Cf}\p{Zl}]|\r(?!\n)/u);
  expect(toCsv(events)).toContain('ok\rBLOCKED\u202e');
});
