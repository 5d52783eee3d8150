import { expect, test } from '@jest/globals';
import { NumberGroups } from '../../src/pii/number-groups.js';

const groups = new NumberGroups();
const read = (text: string, at = 0): string[] => {
  groups.read(text, at);
  return Array.from({ length: groups.count }, (_, group) => text.slice(groups.start(group), groups.end(group)));
};

test('reads groups of digits with one separator between them', () => {
  expect(read('415-555-0132')).toEqual(['415', '555', '0132']);
  expect(read('1 (415) 555-0132')).toEqual(['1', '415', '555', '0132']);
  expect(read('46 (0)8 928')).toEqual(['46', '0', '8', '928']);
  expect(read('x12.5', 1)).toEqual(['12', '5']);
  expect([groups.separator(0), groups.separator(1), groups.separator(2)]).toEqual([0, 0x2e, 0]);
  expect([groups.length(1), groups.length(2)]).toEqual([1, 0]);
});

test('reads a slash behind an area code, and not in a date', () => {
  expect(read('030/901820')).toEqual(['030', '901820']);
  expect(read('0221 / 901820')).toEqual(['0221', '901820']);
  expect(read('02/123 45 67')).toEqual(['02', '123', '45', '67']);
  expect(read('05/06/2024')).toEqual(['05']);
  expect(read('12/2024')).toEqual(['12']);
});

test('ends at anything else', () => {
  expect(read('12  34')).toEqual(['12']);
  expect(read('12--34')).toEqual(['12']);
  expect(read('12,34')).toEqual(['12']);
  expect(read('12-x')).toEqual(['12']);
  expect(read('12-')).toEqual(['12']);
});

test('reads at most eight', () => {
  expect(read('1 '.repeat(100))).toHaveLength(8);
});
