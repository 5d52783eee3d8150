import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

test.each([
  ['at 2001:db8::1, then', '2001:db8::1'],
  ['at 2001:db8::7334.', '2001:db8::7334'],
  ['http://[2001:db8::1]:8080/', '2001:db8::1'],
  ['2001:0db8:85a3:0000:0000:8a2e:0370:7334', '2001:0db8:85a3:0000:0000:8a2e:0370:7334'],
  ['2001:DB8:0:0:8:800:200C:417A', '2001:DB8:0:0:8:800:200C:417A'],
  ['Gateway: fe80::1 on', 'fe80::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['2001:db8::/32', '2001:db8::'],
  ['loopback ::1', '::1'],
  ['::/0', '::'],
  ['::/128', '::'],
  ['the ipv6 address ::', '::'],
  ['ipv6 1::8', '1::8'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['::13.1.68.3', '::13.1.68.3'],
  ['0:0:0:0:0:FFFF:129.144.52.38', '0:0:0:0:0:FFFF:129.144.52.38'],
  ['64:ff9b::192.0.2.33', '64:ff9b::192.0.2.33'],
  ['\\n2001:db8::1', '2001:db8::1'],
])('finds the address in %s', (text, address) => {
  expect(found(text)).toEqual([`ip_address:${address}`]);
});

test.each([
  '10:30:45',
  '2024-05-06T07:08:09Z',
  'aa:bb:cc:dd:ee:ff:00:11',
  'std::cout << face::bed',
  'a::b',
  'list[::2]',
  'items[::1]',
  ':::',
  '::',
  'Foo::/bar',
  '2001:db8::g1',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7',
  '1::2::3',
  '::ffff:999.1.1.1',
  'x2001:db8::1',
  'file.ts:390:30',
])('finds no address in %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});
