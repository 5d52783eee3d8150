import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalHash } from '../../src/call/canonical-hash.js';
import { canonicalJson } from '../../src/call/canonical-json.js';
import { json } from './support.js';

const expected = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');

test('is SHA-256 over the canonical JSON of any value', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalHash(value)).toBe(expected(value));
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['nothing', undefined],
  ['an empty object', {}],
  ['an empty list', []],
  ['members that are left out', { a: undefined, b: 1, c: undefined }],
  ['what JSON has no word for', { a: Number.NaN, b: Infinity, c: 10n, d: -0 }],
  ['quotes and backslashes', { 'a"b': 'c\\d' }],
  ['control characters', 'a\nb\u007f'],
  ['more than ASCII', { name: 'Zo\u00eb \ud83d\ude00', '\u00e9': '\ud800' }],
  ['just what there is room for', 'x'.repeat(4093)],
  ['a little more than there is room for', 'x'.repeat(4094)],
  ['far more than there is room for', { list: Array.from({ length: 9000 }, (_, at) => ({ at })) }],
  ['a long text among short ones', { a: 'x'.repeat(5000), b: 'y' }],
])('agrees on %s', (_, value) => {
  expect(canonicalHash(value)).toBe(expected(value));
});
