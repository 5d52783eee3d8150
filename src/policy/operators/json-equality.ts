import { isJsonObject } from '../../call/json.js';

/**
 * True for two JSON values that are the same: numbers by value, texts by code unit, lists in order, objects by their own
 * members in any order. It goes no deeper than the second value, which is the policy's.
 */
export function equalJson(value: unknown, expected: unknown): boolean {
  if (value === expected) return true;
  if (Array.isArray(expected)) {
    return (
      Array.isArray(value) &&
      value.length === expected.length &&
      expected.every((item, index) => equalJson(value[index], item))
    );
  }
  if (!isJsonObject(expected) || !isJsonObject(value)) return false;
  const keys = Object.keys(expected);
  return (
    Object.keys(value).length === keys.length &&
    keys.every((key) => Object.hasOwn(value, key) && equalJson(value[key], expected[key]))
  );
}

/** Makes the test that a value is one of a list; texts and numbers are looked up, not compared one by one. */
export function memberOf(list: readonly unknown[]): (value: unknown) => boolean {
  const scalars = new Set(list.filter((item) => typeof item !== 'object' || item === null));
  const others = list.filter((item) => typeof item === 'object' && item !== null);
  return (value) => scalars.has(value) || others.some((item) => equalJson(value, item));
}
