import { expect, test } from '@jest/globals';
import { pathTo, type Place } from '../../src/pii/value-path.js';
import { placeAt } from './support.js';

test('writes a place as a JSON path', () => {
  expect(pathTo(undefined)).toBe('$');
  expect(pathTo(placeAt('content', 0, 'text'))).toBe('$.content[0].text');
  expect(pathTo(placeAt('a b', '', '0', 'x"y', '$ok_1'))).toBe('$["a b"][""]["0"]["x\\"y"].$ok_1');
});

test('writes a mask in place of a key', () => {
  expect(pathTo({ parent: { parent: undefined, key: 'bob', mask: '##NAME##' }, key: 'x', mask: undefined })).toBe(
    '$["##NAME##"].x',
  );
});

test('cuts a long key', () => {
  expect(pathTo(placeAt('k'.repeat(64), 0))).toBe(`$.${'k'.repeat(64)}[0]`);
  expect(pathTo(placeAt('k'.repeat(65), 0))).toBe(`$["${'k'.repeat(64)}…"][0]`);
});

test('cuts a long path, and gives all that is below the same text', () => {
  const most = placeAt(...Array<string>(203).fill('abcd'), '12');
  expect(pathTo(most)).toHaveLength(1_022);
  const cut = pathTo({ parent: most, key: 10, mask: undefined });
  expect(cut).toBe(`${pathTo(most)}[…`);
  expect(cut).toHaveLength(1_024);
  expect(pathTo(placeAt(...Array<string>(203).fill('abcd'), '12', 10, 'below', 3))).toBe(cut);
  // No half of a character is left at the end.
  expect(pathTo(placeAt(...Array<string>(203).fill('abcd'), '😀'))).toMatch(/\["😀"\]$/);
  const halved = pathTo(placeAt(...Array<string>(203).fill('abcd'), 'x', '😀😀'));
  expect(halved).toHaveLength(1_024);
  expect(() => encodeURIComponent(halved)).not.toThrow();
});

test('builds the text of a container once', () => {
  const container: Place = { parent: placeAt('a'), key: 'b', mask: undefined };
  expect(pathTo({ parent: container, key: 0, mask: undefined })).toBe('$.a.b[0]');
  expect(container.text).toBe('$.a.b');
  expect(pathTo({ parent: container, key: 1, mask: undefined })).toBe('$.a.b[1]');
});
