import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { visibleText, wrapText } from '../../src/call/visible-text.js';

test.each([
  ['write_file', 'write_file'],
  ['straße 文件 नमस्ते', 'straße 文件 नमस्ते'],
  ['\u001b[2Jgone', '\\u{1b}[2Jgone'],
  ['a\u202eb', 'a\\u{202e}b'],
  ['a\u200bb', 'a\\u{200b}b'],
  ['a\u00a0b', 'a\\u{a0}b'],
  ['a\nb\tc', 'a\\u{a}b\\u{9}c'],
  ['\u{e0041}', '\\u{e0041}'],
  ['\u3164', '\\u{3164}'],
  ['\ud800', '\\u{d800}'],
])('%j is shown as %s', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test('whatever comes, nothing that is not seen is left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visibleText(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('lines are broken before a screen breaks them, and nothing is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 80 }), (text, width) => {
      const lines = wrapText(text, width);
      expect(lines.join('')).toBe(text);
      for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(width);
    }),
  );
  expect(wrapText('文件文件', 4)).toEqual(['文件', '文件']);
});
