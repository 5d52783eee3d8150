import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createArgumentMask, MASKED } from '../../src/stages/argument-mask.js';
import { jsonObject } from '../call/support.js';

test.each([
  ['body', { body: { any: 'thing' }, to: 'kim' }, { body: MASKED, to: 'kim' }],
  ['headers.*', { headers: { a: '1', b: ['2'] } }, { headers: { a: MASKED, b: MASKED } }],
  ['items.*.token', { items: [{ token: 1, id: 2 }, 3, null] }, { items: [{ token: MASKED, id: 2 }, 3, null] }],
  ['items.1', { items: ['a', 'b'] }, { items: ['a', MASKED] }],
  ['items.*', { items: ['a', 'b'] }, { items: [MASKED, MASKED] }],
  ['*', { a: 1, b: { c: 2 } }, { a: MASKED, b: MASKED }],
  ['nowhere.to.be', { nowhere: 'text' }, { nowhere: 'text' }],
  ['items.length', { items: ['a'] }, { items: ['a'] }],
  ['text.0', { text: 'abc' }, { text: 'abc' }],
  ['constructor.name', { a: 1 }, { a: 1 }],
])('%s masks %j', (path, args, masked) => {
  expect(createArgumentMask([path])(args)).toEqual(masked);
});

test('a member named __proto__ is masked like any other', () => {
  const masked = createArgumentMask(['__proto__', 'a.__proto__'])(
    JSON.parse('{"__proto__":{"key":1},"a":{"__proto__":"x","b":1}}'),
  );
  expect(JSON.stringify(masked)).toBe(`{"__proto__":"${MASKED}","a":{"__proto__":"${MASKED}","b":1}}`);
  expect(({} as Record<string, unknown>)['key']).toBeUndefined();
});

test('several paths are masked together, and what is masked is a copy', () => {
  fc.assert(
    fc.property(
      jsonObject,
      fc.array(fc.constantFrom('*', 'a', '0', '__proto__', 'constructor'), { minLength: 1 }),
      (args, path) => {
        const before = JSON.stringify(args);
        createArgumentMask([path.join('.'), 'x.y'])(args);
        expect(JSON.stringify(args)).toBe(before);
        expect(Object.keys({})).toEqual([]);
      },
    ),
  );
});
