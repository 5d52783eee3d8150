import { describe, expect, test } from '@jest/globals';
import { found, typesIn } from '../../support.js';

describe('control_character', () => {
  test.each([
    ['that rub out', 'paid\b\b\b\bowed', '\b\b\b\b'],
    ['NUL', 'file.txt\u0000.exe', '\u0000'],
    ['DELETE', 'a\u007fb', '\u007f'],
    ['that change the character set', 'a\u000eb', '\u000e'],
    ['many, wherever they stand', ' \u0000\b\u007f ', '\u0000\b\u007f'],
  ])('are found: %s', (_, text, value) => {
    expect(found(text)).toEqual([`control_character:${value}`]);
  });

  test('are none at an end, or beside a space', () => {
    expect(typesIn('abc\u0000')).toEqual([]);
    expect(typesIn('\u0000abc')).toEqual([]);
    expect(typesIn('a \u0000 b\b\nc')).toEqual([]);
  });

  test('are none in text files and data formats', () => {
    expect(typesIn('a\tb\r\nc\fd\u000be')).toEqual([]);
    expect(typesIn('8=FIX.4.2\u00019=5\u0001 a\u001eb\u001dc\u0007 end\u001a')).toEqual([]);
  });
});
