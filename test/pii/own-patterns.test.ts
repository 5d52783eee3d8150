import { describe, expect, jest, test } from '@jest/globals';
import { ConfigError } from '../../src/errors/config-error.js';
import { type OwnDetector, OwnSearch } from '../../src/pii/own-patterns.js';

const search = (text: string, detector: Partial<OwnDetector> & Pick<OwnDetector, 'pattern'>): string[] =>
  new OwnSearch({ type: 'own', ...detector }, 'pii').search(text).map(({ start, end }) => text.slice(start, end));

test('finds what a pattern describes, with type, category and confidence', () => {
  const detector = new OwnSearch({ type: 'employee_id', pattern: 'EMP-\\d{6}', confidence: 0.6 }, 'secret');
  expect(detector.search('to EMP-123456, EMP-12')).toEqual([
    { type: 'employee_id', category: 'secret', start: 3, end: 13, confidence: 0.6 },
  ]);
  expect(new OwnSearch({ type: 'x', pattern: 'a' }, 'pii').search('a')[0]?.confidence).toBe(0.8);
});

test.each([
  ['a text', 'emp-\\d+', ['emp-1']],
  ['a RegExp', /emp-\d+/, ['emp-1']],
  ['the flag i', /emp-\d+/i, ['emp-1', 'EMP-2']],
  ['the flag m', /^EMP-\d+$/m, ['EMP-2']],
  ['the flags g, u and y, which say nothing here', /emp-\d+/guy, ['emp-1']],
])('takes %s', (_, pattern, found) => {
  expect(search('emp-1\nEMP-2', { pattern })).toEqual(found);
});

test('finds every value of a long text, also where it lies across two windows', () => {
  const text = 'EMP-123456 '.repeat(2_000);
  expect(search(text, { pattern: '\\bEMP-\\d{6}\\b' })).toHaveLength(2_000);
  expect(search('EMP-123456'.repeat(500), { pattern: 'EMP-\\d{6}' })).toHaveLength(500);
  expect(search(`${'x'.repeat(511)}EMP-123456`, { pattern: 'EMP-\\d{6}' })).toHaveLength(1);
});

test('knows the start of the text from the start of a window', () => {
  expect(search('a'.repeat(2_000), { pattern: '^a' })).toHaveLength(1);
  expect(search('ab'.repeat(2_000), { pattern: '\\bab' })).toHaveLength(1);
});

test('passes over what matches nothing', () => {
  expect(search('baab', { pattern: 'a*' })).toEqual(['aa']);
});

describe('keywords', () => {
  const detector = { pattern: '\\d{6}', keywords: ['badge', 'staff no.'] };
  test.each([
    ['before, in either case', 'Badge: 123456', 1],
    ['behind', '123456 is my badge', 1],
    ['with signs of a pattern', 'staff no. 123456', 1],
    ['taken literally', 'staff nox 123456', 0],
    ['too far away', `badge ${'.'.repeat(60)} 123456`, 0],
    ['not at all', '123456', 0],
  ])('%s', (_, text, count) => {
    expect(search(text, detector)).toHaveLength(count);
  });
});

test('a validator has the last word, and sees the value', () => {
  const validate = jest.fn((value: string) => value.endsWith('7'));
  expect(search('121 127', { pattern: '\\d{3}', validate })).toEqual(['127']);
  expect(validate.mock.calls).toEqual([['121'], ['127']]);
});

test.each(['(?=a)', '(a)\\1', '(?<!a)b', '(', 'a{2000}'])(
  'refuses %s, which does not run in linear time',
  (pattern) => {
    expect(() => search('', { pattern })).toThrow(ConfigError);
    expect(() => search('', { pattern })).toThrow(/detectors: own: the pattern cannot be run: .*linear time/s);
  },
);

describe('a value that goes on for long', () => {
  test.each([600, 5_000])('of %i characters is found to its end', (length) => {
    const value = `K:${'a'.repeat(length)}`;
    expect(search(`x ${value} y ${value}`, { pattern: 'K:[a-z]+' })).toEqual([value, value]);
  });

  test('does not end where reading ended', () => {
    expect(search(`${'a'.repeat(1_024)}b`, { pattern: '^a+$' })).toEqual([]);
    expect(search('a'.repeat(3_000), { pattern: 'a+$' })).toEqual(['a'.repeat(3_000)]);
  });

  test('is found rather too long than too short in a text that is made to be costly', () => {
    const text = `${'a'.repeat(20_000)}b`;
    expect(search(text, { pattern: 'a+$|a' }).join('')).toBe(text);
  });
});
