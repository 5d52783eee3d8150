import { expect, test } from '@jest/globals';
import { keysTo, pathTo, type Place } from '../../src/pii/value-path.js';

const at = (...keys: (string | number)[]): Place | undefined =>
  keys.reduce<Place | undefined>((parent, key) => ({ parent, key, mask: undefined }), undefined);

test('writes a place as a JSON path', () => {
  expect(pathTo(undefined)).toBe('$');
  expect(pathTo(at('content', 0, 'text'))).toBe('$.content[0].text');
  expect(pathTo(at('a b', '', '0', 'x"y', '$ok_1'))).toBe('$["a b"][""]["0"]["x\\"y"].$ok_1');
  expect(keysTo(at('a', 0, 'b'))).toEqual(['a', 0, 'b']);
});

test('writes a mask in place of a key', () => {
  expect(pathTo({ parent: { parent: undefined, key: 'bob', mask: '##NAME##' }, key: 'x', mask: undefined })).toBe(
    '$["##NAME##"].x',
  );
});
