import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redactText, redactValue } from '../../src/pii/redact.js';
import { RegexPIIScanner } from '../../src/pii/regex-pii-scanner.js';
import { type Hit, scanValue } from '../../src/pii/scan-value.js';
import { finding, placeAt } from './support.js';

const scanner = new RegexPIIScanner();
const EMAIL = 'bob@example.com';
const OTHER = 'amy@example.com';
const all = (): boolean => true;

const hitsOf = (value: unknown): readonly Hit[] =>
  scanValue(value, scanner, { direction: 'output', tool: 'read' }) as readonly Hit[];
const redact = (value: unknown): unknown => redactValue(value, hitsOf(value), all);

describe('redactText', () => {
  test('writes a mark for each value', () => {
    expect(redactText('abcdef', [finding('credit_card', 1, 3), finding('ssn', 4, 5)])).toBe(
      'a##CREDIT_CARD##d##SSN##f',
    );
    expect(redactText('abc', [])).toBe('abc');
    expect(redactText('abc', [finding('ssn', 0, 3)])).toBe('##SSN##');
  });

  test('takes findings in any order, and overlaps as one', () => {
    expect(redactText('abcdef', [finding('b', 3, 5), finding('a', 0, 1)])).toBe('##A##bc##B##f');
    expect(redactText('abcdef', [finding('short', 0, 3), finding('long', 2, 6)])).toBe('##LONG##');
    expect(redactText('abcdef', [finding('a', 0, 6), finding('b', 1, 2), finding('c', 5, 6)])).toBe('##A##');
    expect(redactText('abcd', [finding('a', 0, 2), finding('b', 2, 4)])).toBe('##A####B##');
  });
});

describe('redactText and hostile text', () => {
  const hostile = (start: number, end: number) => ({ ...finding('zero_width', start, end), category: 'text' as const });

  test('leaves it out and writes nothing for it', () => {
    expect(redactText('abcdef', [hostile(4, 6), hostile(1, 2)])).toBe('acd');
    expect(redactText('abc', [hostile(0, 3)])).toBe('');
    expect(redactText('abcdef', [hostile(0, 3), hostile(2, 5)])).toBe('f');
    expect(redactText('abcdef', [hostile(0, 2), finding('ssn', 2, 4), hostile(4, 5)])).toBe('##SSN##f');
  });

  test('takes invisible characters beside it along, but for brackets', () => {
    expect(redactText('a\ufe0fbc\u200dd', [hostile(2, 4)])).toBe('ad');
    expect(redactText('a\u{e0100}b\u{e0041}\u200fd', [hostile(3, 4)])).toBe('ad');
    expect(redactText('\u200b\u2068bc\u2069\u200bd', [hostile(2, 4)])).toBe('\u200b\u2068\u2069\u200bd');
    expect(redactText('a\u200bb', [hostile(0, 1), finding('ssn', 1, 3)])).toBe('##SSN##');
    expect(redactText('a\u200bb', [hostile(0, 1), hostile(1, 2)])).toBe('b');
    expect(redactText('x\ufe0fbc\ufe0fde\ufe0fy', [hostile(2, 4), hostile(5, 7)])).toBe('xy');
  });

  test('writes the mark of what overlaps it', () => {
    expect(redactText('abcdef', [hostile(0, 5), finding('ssn', 2, 3)])).toBe('##SSN##f');
    expect(redactText('abcdef', [finding('ssn', 0, 3), hostile(1, 2)])).toBe('##SSN##def');
    expect(redactText('abcdef', [hostile(0, 3), finding('a', 2, 4), hostile(3, 6), finding('long', 3, 6)])).toBe(
      '##LONG##',
    );
  });
});

describe('redactValue', () => {
  test('takes hostile text out of values and keys, and numbers keys that become equal', () => {
    const value = { 'na\u200bme': 'a\u202eb', name: 1, 'n\u200bame': 2, ['\u200b'.repeat(3)]: [`${EMAIL}\u202e`] };
    expect(redact(value)).toEqual({ name_2: 'ab', name: 1, name_3: 2, '': ['##EMAIL##'] });
    expect(Object.keys(redact(value) as object)).toEqual(['name_2', 'name', 'name_3', '']);
    expect(redactValue(value, hitsOf(value), ({ category }) => category !== 'text')).toEqual({
      ...value,
      ['\u200b'.repeat(3)]: ['##EMAIL##\u202e'],
    });
  });

  test('gives the value itself back where there is nothing to do', () => {
    const value = { a: EMAIL, n: [1] };
    expect(redactValue(value, [], all)).toBe(value);
    expect(redactValue(value, hitsOf(value), () => false)).toBe(value);
    expect(
      redactValue(value, [{ place: placeAt('gone', 0), kind: 'value', findings: [finding('a', 0, 1)] }], all),
    ).toBe(value);
  });

  test('copies only what changes, and never changes the value', () => {
    const value = { changed: { text: EMAIL, beside: { x: 1 } }, same: { list: ['y'] }, list: [EMAIL, { z: 1 }] };
    const before = structuredClone(value);
    const copy = redact(value) as typeof value;
    expect(copy).toEqual({
      changed: { text: '##EMAIL##', beside: { x: 1 } },
      same: { list: ['y'] },
      list: ['##EMAIL##', { z: 1 }],
    });
    expect(copy.same).toBe(value.same);
    expect(copy.changed.beside).toBe(value.changed.beside);
    expect(copy.list[1]).toBe(value.list[1]);
    expect(value).toEqual(before);
  });

  test('keeps the type of a bare value', () => {
    expect(redact(`to ${EMAIL}`)).toBe('to ##EMAIL##');
    expect(redact(4111111111111111)).toBe(0);
    expect(redact({ card: 4111111111111111, n: 5 })).toEqual({ card: 0, n: 5 });
  });

  test('redacts only what it is told to', () => {
    const value = { a: `${EMAIL} 123-45-6789` };
    expect(redactValue(value, hitsOf(value), ({ type }) => type === 'ssn')).toEqual({ a: `${EMAIL} ##SSN##` });
  });

  test('redacts keys in their order, and what is below them', () => {
    const value = { first: 1, [EMAIL]: { [OTHER]: EMAIL }, [OTHER]: 2, last: 3 };
    const copy = redact(value) as object;
    expect(copy).toEqual({ first: 1, '##EMAIL##': { '##EMAIL##': '##EMAIL##' }, '##EMAIL##_2': 2, last: 3 });
    expect(Object.keys(copy)).toEqual(['first', '##EMAIL##', '##EMAIL##_2', 'last']);
  });

  test('keeps a renamed key apart from every other', () => {
    const value = { [EMAIL]: 1, [OTHER]: 2, '##EMAIL##': 3, '##EMAIL##_2': 4 };
    expect(redact(value)).toEqual({ '##EMAIL##_3': 1, '##EMAIL##_4': 2, '##EMAIL##': 3, '##EMAIL##_2': 4 });
  });

  test('keeps a member called __proto__ a member', () => {
    const value: unknown = JSON.parse(`{"__proto__":{"a":"${EMAIL}"},"b":"${EMAIL}"}`);
    const copy = redact(value) as object;
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":"##EMAIL##"},"b":"##EMAIL##"}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  test('takes more findings in one text than a stack holds arguments', () => {
    const value = { text: `${'a@bc.de '.repeat(130_000)} ssn 123-45-6789` };
    const hits = hitsOf(value);
    const start = performance.now();
    expect(redactValue(value, hits, all)).toEqual({ text: `${'##EMAIL## '.repeat(130_000)} ssn ##SSN##` });
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  test('takes several hits at one place', () => {
    const at = (start: number): Hit => ({
      place: placeAt(0),
      kind: 'value',
      findings: [finding('a', start, start + 1)],
    });
    expect(redactValue(['xyz'], [at(0), at(2)], all)).toEqual(['##A##y##A##']);
  });

  test('numbers many equal keys quickly', () => {
    const value = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`u${at}@example.com`, at]));
    expect(Object.keys(redact(value) as object)).toHaveLength(10_000);
  });

  const text = fc.oneof(fc.string(), fc.constantFrom(EMAIL, `x ${EMAIL} y`, '123-45-6789', '4111111111111111'));
  const { value: json } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.integer(),
      fc.constant(4111111111111111),
      fc.constant(null),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  }));

  test('keeps the shape of every value, and leaves nothing to find', () => {
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shape)
        : typeof value === 'object' && value !== null
          ? Object.values(value).map(shape)
          : value === null || typeof value;
    fc.assert(
      fc.property(json, (value) => {
        const copy = redact(value);
        expect(shape(copy)).toEqual(shape(value));
        expect(hitsOf(copy)).toEqual([]);
        if (hitsOf(value).length === 0) {
          expect(copy).toBe(value);
        }
      }),
    );
  });
});
