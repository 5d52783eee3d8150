import { describe, expect, test } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { canonicalJson } from '../../src/call/canonical-json.js';
import { isJsonObject, type JsonObject, setMember } from '../../src/call/json.js';
import { json } from './support.js';

/** The same value with the members of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value).reverse()) setMember(copy, key, reversed(value[key]));
  return copy;
}

describe('canonicalJson', () => {
  test('reads back as the value it was made from', () => {
    fc.assert(
      fc.property(json, (value) => expect(isDeepStrictEqual(JSON.parse(canonicalJson(value)), value)).toBe(true)),
    );
  });

  test('does not depend on the order of members', () => {
    fc.assert(fc.property(json, (value) => expect(canonicalJson(reversed(value))).toBe(canonicalJson(value))));
  });

  test('gives two values the same text exactly when they are equal', () => {
    fc.assert(
      fc.property(json, json, (a, b) => expect(canonicalJson(a) === canonicalJson(b)).toBe(isDeepStrictEqual(a, b))),
    );
  });

  test('sorts by UTF-16 units, as RFC 8785 does, and writes no space', () => {
    expect(canonicalJson({ '\u{1f600}': 1, '\ufb33': 2, b: [1, { d: 1e21, c: '\u20ac' }], a: null })).toBe(
      '{"a":null,"b":[1,{"c":"\u20ac","d":1e+21}],"\u{1f600}":1,"\ufb33":2}',
    );
  });

  test('leaves out absent members and writes null for what JSON has no word for', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
    const odd = [undefined, Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('s'), 10n];
    expect(canonicalJson(odd)).toBe('[null,null,null,null,null,null]');
    expect(canonicalJson(undefined)).toBe('null');
    expect(canonicalJson({ big: 10n })).toBe('{"big":null}');
  });

  test('keeps a member named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"x":1}}'))).toBe('{"__proto__":{"x":1},"b":1}');
  });
});
