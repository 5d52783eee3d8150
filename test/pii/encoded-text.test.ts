import { expect, test } from '@jest/globals';
import { beginsEncoded, decoded, endOfEncoded } from '../../src/pii/encoded-text.js';

const encode = (text: string): string => Buffer.from(text).toString('base64');

test('knows the beginning of text in base64', () => {
  const run = encode('bob@example.com and more');
  expect(beginsEncoded(run, 0, run.length)).toBe(true);
  expect(beginsEncoded(`"${run}`, 1, run.length)).toBe(true);
  expect(beginsEncoded(`+${run}`, 1, run.length)).toBe(false);
});

test.each([
  ['a short word', 'Ym9iQGV4YW1w'.slice(0, 12)],
  ['a name', 'InternationalizationOptionsFactory'],
  ['a hash', 'c6b93daa8d256d6884339f00efaf0a3af30de677'],
])('does not take %s for it', (_, word) => {
  expect(beginsEncoded(word, 0, word.length)).toBe(false);
});

test('reads to the end, with padding of at most two signs', () => {
  expect(endOfEncoded('YWJj-_+/ZA=== x', 0)).toBe(12);
  expect(endOfEncoded('YWJj"', 0)).toBe(4);
});

test('decodes text and nothing else', () => {
  expect(decoded(encode('Jürgen'))).toBe('Jürgen');
  expect(decoded(Buffer.from([0xff, 0xfe, 0x41]).toString('base64'))).toBeUndefined();
  expect(decoded(encode('a\0b'))).toBeUndefined();
});
