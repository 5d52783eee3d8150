import { expect, test } from '@jest/globals';
import { isJsonObject, type JsonObject, setMember } from '../../src/call/json.js';

test('isJsonObject is true for objects that are neither null nor arrays', () => {
  expect([{}, Object.create(null), new Map()].every(isJsonObject)).toBe(true);
  expect([null, undefined, [], 'text', 1, true, () => 1].some(isJsonObject)).toBe(false);
});

test.each(['plain', '__proto__', 'constructor', 'toString'])('setMember stores %s as a plain member', (key) => {
  const target: JsonObject = {};
  setMember(target, key, { polluted: true });
  expect(Object.entries(target)).toEqual([[key, { polluted: true }]]);
  expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
  expect(({} as JsonObject)['polluted']).toBeUndefined();
  setMember(target, key, 2);
  expect(Object.entries(target)).toEqual([[key, 2]]);
});
