import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

test.each([
  ['from 192.168.1.10.', '192.168.1.10'],
  ['http://10.0.0.1:8080/x', '10.0.0.1'],
  ['10.0.0.0/8', '10.0.0.0'],
  ['{"ip":"203.0.113.7"}', '203.0.113.7'],
  ['(203.0.113.7)', '203.0.113.7'],
])('finds the address in %s', (text, address) => {
  expect(found(text)).toEqual([`ip_address:${address}`]);
});

test.each([
  '256.1.1.1',
  '1.2.3',
  '1.2.3.4.5',
  '01.02.03.04',
  '1234.1.1.1',
  'v1.2.3.4',
  'v 1.2.3.4',
  'version 1.2.3.4',
  'Chrome/120.0.0.0',
  '1.2.3.4-beta',
  'section 4.3.2.1',
  'RFC 7540 8.1.2.4',
  'OID 1.3.6.1.4.1.311',
])('finds no address in %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});

test('finds both ends of a range', () => {
  expect(found('192.168.1.10-192.168.1.20')).toEqual(['ip_address:192.168.1.10', 'ip_address:192.168.1.20']);
});

test.each([
  'see sections 1.2.3.4 and 1.2.3.5',
  '1.2.3.4 Overview',
  'text\n2.3.1.4 Requirements',
  'as 5.4.2.1 of the specification says',
  '§ 1.2.3.4',
])('finds no address in %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});

test.each(['ping 1.2.3.4', '10.0.0.12 Host', 'dns 8.8.8.8', '1.1.1.1 is up'])('finds the address in %s', (text) => {
  expect(typesIn(text)).toEqual(['ip_address']);
});
