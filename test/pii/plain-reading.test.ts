import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PlainReading } from '../../src/pii/plain-reading.js';
import { finding } from './support.js';

const encode = (text: string): string => Buffer.from(text).toString('base64');

describe('reads', () => {
  test.each([
    ['percent-encoded characters', 'bob%40example.com', 'bob@example.com'],
    ['escapes of JSON that are not needed', String.raw`a\u0040b \/ c`, 'a@b / c'],
    ['full-width characters', '４１＠ａＺ', '41@aZ'],
    ['digits of other scripts', '٤١ ۴۱ ४१', '41 41 41'],
    ['spaces and hyphens of other kinds', '1\u00a02\u20093\u30004–5‑6−7', '1 2 3 4-5-6-7'],
    ['characters that cannot be seen as nothing', 'a\u200bb\u00adc\u2066d\ufeffe\ufe0ff', 'abcdef'],
    ['tags and supplementary variation selectors as nothing', 'a\u{e0041}b\u{e0100}c', 'abc'],
    ['base64 of text', `x ${encode('bob@example.com is it')} y`, 'x bob@example.com is it y'],
    [
      'base64url of text',
      `x=${encode('{"a":"bob@example.com?>"}').replace(/\+/g, '-')}`,
      'x={"a":"bob@example.com?>"}',
    ],
    ['base64 of text in other scripts', encode('the name is Jürgen Müller'), 'the name is Jürgen Müller'],
  ])('%s', (_, text, plain) => {
    expect(new PlainReading(text).text).toBe(plain);
  });

  test.each([
    ['an escaped quotation mark', String.raw`"a\u0022b\u005c"`],
    ['escapes that something is lost without', String.raw`a\nb\tc\u00e9\u000a`],
    ['a percent sign by itself', '100% of 5%4 %zz %0a %'],
    [
      'hashes and words',
      '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 InternationalizationOptions',
    ],
    ['base64 of bytes', Buffer.from(Array.from({ length: 40 }, (__, at) => (at * 71) % 256)).toString('base64')],
    ['base64 that begins like text and goes on as bytes', encode('twelve bytes') + '/////////w=='],
    ['base64 that is too short to hold a value', encode('short one')],
    ['letters and signs of other scripts', 'Größe, 名前。 العربية'],
  ])('%s as it stands', (_, text) => {
    expect(new PlainReading(text).text).toBe(text);
  });

  test('only once', () => {
    expect(new PlainReading('%2540').text).toBe('%40');
    const twice = encode(encode('bob@example.com is it'));
    expect(new PlainReading(twice).text).toBe(encode('bob@example.com is it'));
  });
});

describe('translates a finding', () => {
  const back = (text: string, value: string): string => {
    const reading = new PlainReading(text);
    const start = reading.text.indexOf(value);
    const [found] = reading.toOriginal([finding('x', start, start + value.length)]);
    return text.slice(found?.start, found?.end);
  };

  test.each([
    ['before, within and behind a disguise', '%20bob%40example.com%20', 'bob@example.com', 'bob%40example.com'],
    ['between characters that cannot be seen', 'a \u200b12\u200b34\u200b b', '1234', '12\u200b34'],
    [
      'in base64: all of it',
      `x ${encode('to bob@example.com, now')} y`,
      'bob@example.com',
      encode('to bob@example.com, now'),
    ],
    ['that a disguise begins', '%41bc', 'Abc', '%41bc'],
  ])('%s', (_, text, value, original) => {
    expect(back(text, value)).toBe(original);
  });

  test('to exactly what was read for it, wherever it stands', () => {
    const part = fc.constantFrom(['a', 'a'], ['%40', '@'], ['\u200b', ''], ['４', '4'], ['\\u002d', '-'], [' ', ' ']);
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }),
        fc.array(part, { minLength: 1, maxLength: 6 }),
        (before, inside) => {
          const visible = inside.filter(([, plain]) => plain !== '');
          fc.pre(visible.length > 0);
          const text = [...before, ...visible, ...before].map(([written]) => written).join('');
          const lead = before.map(([, plain]) => plain).join('').length;
          const length = visible.map(([, plain]) => plain).join('').length;
          const [found] = new PlainReading(text).toOriginal([finding('x', lead, lead + length)]);
          expect(text.slice(found?.start, found?.end)).toBe(visible.map(([written]) => written).join(''));
        },
      ),
    );
  });
});
