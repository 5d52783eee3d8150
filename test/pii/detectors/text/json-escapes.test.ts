import { describe, expect, test } from '@jest/globals';
import { Engine } from '../../../../src/pii/engine.js';
import { jsonEscapeDetector } from '../../../../src/pii/detectors/text/json-escapes.js';
import { asJson, asTags } from './support.js';
import { typesIn } from '../../support.js';

const engine = new Engine([jsonEscapeDetector], new Set(jsonEscapeDetector.types));
const found = (text: string) => engine.scan(text).map(({ type, start, end }) => `${type}:${text.slice(start, end)}`);

describe('hostile characters, as JSON text writes them', () => {
  test.each([
    ['a colour', ['\u001b[31mred'], 'ansi_escape:\\u001b[31m'],
    ['a title', ['\u001b]0;x\u009c'], 'ansi_escape:\\u001b]0;x\\u009c'],
    ['the clipboard', ['\u001b]52;c;eA==\u001b\\'], 'ansi_escape:\\u001b]52;c;eA==\\u001b\\\\'],
    ['ESC alone', { a: '\u001bx' }, 'ansi_escape:\\u001b'],
    ['tags', { a: `x${asTags('hi')}` }, `unicode_tags:${asJson(asTags('hi')).slice(1, -1)}`],
    ['a hidden character in a word', 'pass\u200bword', 'zero_width:\\u200b'],
    ['several', [`a \u200b\u200c\u200b`], 'zero_width:\\u200b\\u200c\\u200b'],
    ['an override', { a: 'x\u202ey' }, 'bidi_override:\\u202e'],
    ['variation selectors', ['\u{1f600}\ufe00\ufe01'], 'variation_selectors:\\ufe00\\ufe01'],
    ['NUL', { a: 'x\u0000y' }, 'control_character:\\u0000'],
  ])('%s', (_, value, expected) => {
    expect(found(asJson(value))[0]).toBe(expected);
    expect(found(asJson(value).replace(/\\u..../g, (unit) => unit.toUpperCase().replace('U', 'u')))).toHaveLength(1);
  });

  test.each([
    ['a family', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'],
    ['a flag', `\u{1f3f4}${asTags('gbsct\u007f')}`],
    ['a heart on fire', '\u2764\ufe0f\u200d\u{1f525}'],
    ['Persian', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645'],
    ['what message formatters fill in', 'Hello, \u2068Bob\u2069!'],
    ['other characters', 'caf\u00e9 \u4e2d\u6587 \ud83d'],
  ])('but not %s', (_, text) => {
    expect(found(asJson({ text }))).toEqual([]);
  });

  test('are none where the backslash is escaped, or the text is no JSON', () => {
    expect(found('{"a":"\\\\u001b[31m pa\\\\u200bss"}')).toEqual([]);
    expect(found('{"a":"\\\\\\u001b[31m"}')).toEqual(['ansi_escape:\\u001b[31m']);
    expect(found("const red = '\\u001b[31m';")).toEqual([]);
    expect(found('["\\u20 \\u200')).toEqual([]);
  });

  test('a run is one finding, however long', () => {
    const text = `["${'\\u200b'.repeat(20_000)}"]`;
    expect(engine.scan(text)).toHaveLength(1);
  });
});

test.each([
  String.raw`"use strict"; const tag = "\udb40\udc20";`,
  String.raw`[\udb40\udc00-\udb40\udc7f]`,
  String.raw`{ const tag = "\udb40\udc20"; }`,
])('source code may write what it likes: %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});

test.each([
  String.raw`{  "a": "\udb40\udc20"}`,
  `{${' '.repeat(100)}"a": "${String.raw`\udb40\udc20`}"}`,
  String.raw`[ "\udb40\udc20"]`,
  String.raw`"\udb40\udc20"`,
])('JSON text: %s', (text) => {
  expect(typesIn(text)).toEqual(['unicode_tags']);
});
