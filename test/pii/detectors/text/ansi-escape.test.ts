import { describe, expect, test } from '@jest/globals';
import { body, found, typesIn } from '../../support.js';

describe('ansi_escape', () => {
  test.each([
    ['a colour', 'a \u001b[31mred', '\u001b[31m'],
    ['several in a row', '\u001b[1m\u001b[38;2;10;20;30mbold', '\u001b[1m\u001b[38;2;10;20;30m'],
    ['a move of the cursor', 'a\u001b[2J\u001b[H', '\u001b[2J\u001b[H'],
    ['a private mode', '\u001b[?25l', '\u001b[?25l'],
    ['a title', '\u001b]0;title\u0007', '\u001b]0;title\u0007'],
    ['the clipboard', '\u001b]52;c;aGVsbG8=\u001b\\', '\u001b]52;c;aGVsbG8=\u001b\\'],
    ['a device control string', '\u001bPq#0\u001b\\', '\u001bPq#0\u001b\\'],
    ['a string that is not closed', '\u001b]0;title\nnext', '\u001b]'],
    ['a sequence that is not closed', 'a \u001b[31', '\u001b['],
    ['a character set', '\u001b(B', '\u001b(B'],
    ['a reset', 'a\u001bc', '\u001bc'],
    ['ESC alone', 'a\u001b b', '\u001b'],
    ['ESC at the end', 'a\u001b', '\u001b'],
    ['C1', 'a \u009b31mred', '\u009b31m'],
    ['C1, a string', 'a \u009d0;title\u009c', '\u009d0;title\u009c'],
  ])('is found: %s', (_, text, value) => {
    expect(found(text)).toEqual([`ansi_escape:${value}`]);
  });

  test('is found around a link, on both sides', () => {
    expect(found('\u001b]8;;https://example.com/\u0007here\u001b]8;;\u0007')).toEqual([
      'ansi_escape:\u001b]8;;https://example.com/\u0007',
      'ansi_escape:\u001b]8;;\u0007',
    ]);
  });

  test('several ESC in a row are few findings, and the last begins its sequence', () => {
    expect(found(`${'\u001b'.repeat(1_000)}[31m`)).toEqual([
      `ansi_escape:${'\u001b'.repeat(999)}`,
      'ansi_escape:\u001b[31m',
    ]);
  });

  test('coloured logs hold nothing else', () => {
    const log = ['32mINFO', '33mWARN', '31mERROR'].map((word) => `\u001b[${word}\u001b[0m took 12 ms`).join('\r\n');
    expect(new Set(typesIn(log))).toEqual(new Set(['ansi_escape']));
  });

  test('does not hide what stands behind it or in it', () => {
    const key = `AKIA${body(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
    expect(typesIn(`key \u001b[0m ${key}`)).toContain('aws_key');
    expect(typesIn('\u001b]0;4111 1111 1111 1111\n')).toContain('credit_card');
  });

  test('is none in text that was decoded wrongly', () => {
    const wrongly = Buffer.from('it\u2019s \u201cquoted\u201d, \u00dbx \u203a', 'utf8').toString('latin1');
    expect(typesIn(wrongly)).toEqual([]);
    expect(typesIn('a \u009dword \u0090 \u009b')).toEqual([]);
  });
});
