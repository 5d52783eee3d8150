import { expect, test } from '@jest/globals';
import { found, typesIn } from '../support.js';

test.each([
  ['from 192.168.1.10.', '192.168.1.10'],
  ['http://10.0.0.1:8080/x', '10.0.0.1'],
  ['10.0.0.0/8', '10.0.0.0'],
  ['{"ip":"203.0.113.7"}', '203.0.113.7'],
  ['at 2001:db8::1, then', '2001:db8::1'],
  ['at 2001:db8::7334.', '2001:db8::7334'],
  ['http://[2001:db8::1]:8080/', '2001:db8::1'],
  ['2001:0db8:85a3:0000:0000:8a2e:0370:7334', '2001:0db8:85a3:0000:0000:8a2e:0370:7334'],
  ['Gateway: fe80::1 on', 'fe80::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['loopback ::1', '::1'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['64:ff9b::192.0.2.33', '64:ff9b::192.0.2.33'],
  ['\\n2001:db8::1', '2001:db8::1'],
])('finds the address in %s', (text, address) => {
  expect(found(text)).toEqual([`ip_address:${address}`]);
});

test.each([
  '256.1.1.1',
  '1.2.3',
  '1.2.3.4.5',
  '01.02.03.04',
  'v1.2.3.4',
  'version 1.2.3.4',
  'Chrome/120.0.0.0',
  '1.2.3.4-beta',
  '10:30:45',
  '2024-05-06T07:08:09Z',
  'aa:bb:cc:dd:ee:ff',
  'aa:bb:cc:dd:ee:ff:00:11',
  'std::cout << face::bed',
  'a::b',
  'list[::2]',
  'items[::1]',
  ':::',
  '::',
  '2001:db8::g1',
  '1:2:3:4:5:6:7:8:9',
  '1::2::3',
  'x2001:db8::1',
  'file.ts:390:30',
])('finds no address in %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});
