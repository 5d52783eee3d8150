import { describe, expect, test } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { isJsonObject } from '../../src/call/json.js';
import { type Allowance, copyJson, weigh } from '../../src/stages/measure.js';
import { json, jsonObject } from '../call/support.js';

const PLENTY: Allowance = { maxBytes: 1e9, maxDepth: 1000, maxKeys: 1e9 };

/** What a value weighs, counted the plain way. */
function naive(value: unknown): { bytes: number; keys: number; depth: number } {
  if (typeof value === 'string') return { bytes: 4 + Buffer.byteLength(value), keys: 0, depth: 0 };
  if (!Array.isArray(value) && !isJsonObject(value)) return { bytes: 4, keys: 0, depth: 0 };
  const names = Array.isArray(value) ? [] : Object.keys(value);
  const parts = Object.values(value).map(naive);
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  return {
    bytes: 4 + sum(names.map((name) => Buffer.byteLength(name))) + sum(parts.map((part) => part.bytes)),
    keys: names.length + sum(parts.map((part) => part.keys)),
    depth: 1 + Math.max(0, ...parts.map((part) => part.depth)),
  };
}

describe('weigh', () => {
  test('counts bytes and keys to the last one: what a naive count says is permitted, and one less is not', () => {
    fc.assert(
      fc.property(json, (value) => {
        const { bytes, keys } = naive(value);
        expect(weigh(value, { ...PLENTY, maxBytes: bytes, maxKeys: keys })).toMatchObject({
          excess: undefined,
          plain: true,
        });
        expect(weigh(value, { ...PLENTY, maxBytes: bytes - 1 }).excess).toBe(`larger than ${bytes - 1} bytes`);
        if (keys > 0) expect(weigh(value, { ...PLENTY, maxKeys: keys - 1 }).excess).toContain(`${keys - 1} keys`);
      }),
    );
  });

  test('finds an excess exactly where there is one', () => {
    const allowance = fc.record({
      maxBytes: fc.integer({ min: 1, max: 80 }),
      maxDepth: fc.integer({ min: 1, max: 4 }),
      maxKeys: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.oneof(json, jsonObject), allowance, (value, allowed) => {
        const { bytes, keys, depth } = naive(value);
        const tooMuch = bytes > allowed.maxBytes || keys > allowed.maxKeys || depth > allowed.maxDepth;
        expect(weigh(value, allowed).excess !== undefined).toBe(tooMuch);
      }),
      { numRuns: 500 },
    );
  });

  test('costs no more than the allowance, whatever comes', () => {
    let read = 0;
    const wide = Array.from({ length: 10_000 }, () =>
      Object.defineProperty({}, 'member', { enumerable: true, get: () => read++ }),
    );
    expect(weigh(wide, { ...PLENTY, maxBytes: 100 }).excess).toBe('larger than 100 bytes');
    expect(weigh(wide, { ...PLENTY, maxKeys: 10 }).excess).toBe('more than 10 keys');
    expect(read).toBeLessThan(100);
  });

  test('a value that holds itself ends at the depth', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = [circle];
    expect(weigh(circle, { ...PLENTY, maxDepth: 64 }).excess).toBe('nested deeper than 64 levels');
  });

  test.each([
    ['a Date', new Date(0)],
    ['a bigint', 5n],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an object with toJSON', { toJSON: () => 'other' }],
    ['an array with toJSON', Object.assign([], { toJSON: () => 'other' })],
    ['an array with toJSON that is full', [Object.assign([1], { toJSON: () => 'other' })]],
    [
      'an array that inherits toJSON',
      new (class extends Array<number> {
        toJSON = () => 'other';
      })(),
    ],
    ['a boxed string', new String('text')],
    ['a boxed number', new Number(4111111111111111)],
    ['a boxed boolean', new Boolean(true)],
    ['a boxed bigint', Object(5n)],
    ['a boxed string of another realm', runInNewContext('new String("text")')],
    ['a Map', new Map([['a', 1]])],
    ['a Set', new Set(['a'])],
    ['an error', new Error('text')],
    ['an ArrayBuffer', new ArrayBuffer(2)],
    ['a DataView', new DataView(new ArrayBuffer(2))],
    ['a typed array', new Uint8Array([1, 2])],
    ['an empty typed array', new Float64Array()],
    ['a Buffer', Buffer.from('text')],
    ['raw JSON', Object.freeze(Object.assign(Object.create(null), { rawJSON: '"text"' }))],
    ['one of those deep inside', [{ a: [{ b: new Date(0) }] }]],
  ])('%s is not plain', (_, value) => {
    expect(weigh(value, PLENTY)).toMatchObject({ excess: undefined, plain: false });
  });

  test.each([
    ['an object', {}],
    ['an array', []],
    ['an array with a member', Object.assign([1], { toJSON: 'text' })],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    [
      'an object of a class',
      new (class {
        a = 1;
      })(),
    ],
    ['a member named rawJSON', { rawJSON: '1' }],
  ])('%s is plain', (_, value) => {
    expect(weigh(value, PLENTY)).toMatchObject({ excess: undefined, plain: true });
  });

  test('refuses a large typed array without listing its keys', () => {
    const bytes = new Uint8Array(50_000_000);
    const start = performance.now();
    expect(weigh(bytes, { ...PLENTY, maxKeys: 10_000 }).excess).toBe('more than 10000 keys');
    expect(weigh({ a: 1, b: [new Uint8Array(9)] }, { ...PLENTY, maxKeys: 10 }).excess).toBe('more than 10 keys');
    expect(weigh({ a: 1, b: [new Uint8Array(8)] }, { ...PLENTY, maxKeys: 10 }).excess).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(100);
  });

  test('a member named toJSON that is no function is plain', () => {
    expect(weigh({ toJSON: 'text' }, PLENTY).plain).toBe(true);
  });
});

describe('a weighed copy', () => {
  test('equals the value, shares nothing with it, and weighs the same', () => {
    fc.assert(
      fc.property(json, (value) => {
        const { bytes } = naive(value);
        const { copy, excess } = weigh(value, { ...PLENTY, maxBytes: bytes }, true);
        expect(excess).toBeUndefined();
        expect(isDeepStrictEqual(copy, copyJson(value))).toBe(true);
        if (isJsonObject(value)) expect(copy).not.toBe(value);
        expect(weigh(value, PLENTY).copy).toBe(value);
      }),
    );
  });

  test('is made of what was weighed, whatever a getter gives the next time', () => {
    let asked = 0;
    const args = Object.defineProperty({}, 'text', {
      enumerable: true,
      get: () => (asked++ === 0 ? 'short' : 'x'.repeat(1000)),
    });
    expect(weigh(args, { ...PLENTY, maxBytes: 100 }, true)).toMatchObject({
      excess: undefined,
      copy: { text: 'short' },
    });
    expect(asked).toBe(1);
  });

  test('keeps a member called __proto__ a member', () => {
    const { copy } = weigh(JSON.parse('{"a":{"__proto__":{"polluted":true}}}'), PLENTY, true);
    expect(JSON.stringify(copy)).toBe('{"a":{"__proto__":{"polluted":true}}}');
  });
});

describe('copyJson', () => {
  test('gives an equal value that shares nothing with the first', () => {
    const shared = (a: unknown, b: unknown): boolean =>
      typeof a === 'object' &&
      a !== null &&
      (a === b || Object.keys(a).some((key) => shared(Reflect.get(a, key), Reflect.get(b as object, key))));
    fc.assert(
      fc.property(fc.oneof(json, jsonObject), (value) => {
        const copy = copyJson(value);
        expect(isDeepStrictEqual(copy, value)).toBe(true);
        expect(shared(copy, value)).toBe(false);
        expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
      }),
    );
  });

  test('a __proto__ member stays a plain member', () => {
    const copy = copyJson(JSON.parse('{"a":{"__proto__":{"polluted":true}}}') as { a: object });
    expect(Object.keys(copy.a)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(copy.a)).toBe(Object.prototype);
    expect((copy.a as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
