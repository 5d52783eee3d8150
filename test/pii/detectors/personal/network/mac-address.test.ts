import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

test.each([
  '00:1A:2B:3C:4D:5E',
  'aa:bb:cc:dd:ee:ff',
  '01-b3-4a-67-d9-cf',
  '12:34:56:78:90:12',
  '0012.3456.789A',
  'aabb.ccdd.eeff',
])('finds %s', (address) => {
  expect(found(`the device ${address}, up`)).toEqual([`mac_address:${address}`]);
  expect(found(`{"mac":"${address}"}`)).toEqual([`mac_address:${address}`]);
});

test.each([
  ['the broadcast address', 'ff:ff:ff:ff:ff:ff'],
  ['no address', '00:00:00:00:00:00'],
  ['a fingerprint', '00:1a:2b:3c:4d:5e:6f:70:81'],
  ['the end of a fingerprint', 'x:00:1a:2b:3c:4d:5e:6f'],
  ['an EUI-64', '02-00-5e-10-00-00-00-01'],
  ['mixed signs', '10:2F:33-AC-29-C3'],
  ['too few pairs', '00:1a:2b:3c:4d'],
  ['another letter', '00:1a:2b:3c:4d:5g'],
  ['a word', 'x00:1a:2b:3c:4d:5e'],
  ['a word behind', '00:1a:2b:3c:4d:5ef'],
  ['a time', '12:34:56'],
  ['a draw', '01-12-23-34-45-46'],
  ['an amount', '1234.5678.9012'],
  ['a longer chain', '0012.3456.789a.bcde'],
])('finds no address in %s', (_, text) => {
  expect(typesIn(text)).not.toContain('mac_address');
});
