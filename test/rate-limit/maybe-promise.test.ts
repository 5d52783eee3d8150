import { describe, expect, it } from '@jest/globals';
import { after, allOf, type MaybePromise } from '../../src/rate-limit/maybe-promise.js';

describe('after', () => {
  it('goes on at once with a value that is there, and later with one that will be', async () => {
    const double = (value: number): number => 2 * value;
    expect(after(2, double)).toBe(4);
    const later = after(Promise.resolve(3) as MaybePromise<number>, double);
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toBe(6);
  });
});

describe('allOf', () => {
  it('has all at once where each is there, and waits where one is not', async () => {
    expect(allOf<number>([])).toEqual([]);
    expect(allOf([1, 2])).toEqual([1, 2]);
    const later = allOf([1, Promise.resolve(2)]);
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toEqual([1, 2]);
  });
});
