import { expect, test } from '@jest/globals';
import { isPublicAddress, lookUpPublic } from '../../../src/approval/handlers/public-address.js';

test.each([
  ...['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'].map((address) => [address, true] as const),
  ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '0.0.0.0', '100.64.0.1'].map(
    (address) => [address, false] as const,
  ),
  ...['224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fd00::1', '::ffff:8.8.8.8', '64:ff9b::7f00:1'].map(
    (address) => [address, false] as const,
  ),
  ...['ff02::1', '2001:db8::1', '2002:7f00:1::', 'localhost', '', '127.1'].map((address) => [address, false] as const),
])('%s: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

test('a name that leads home is refused at the moment of connecting', async () => {
  const said = new Promise((resolve) => {
    lookUpPublic('localhost', { all: true }, (error) => {
      resolve(error?.message);
    });
  });
  expect(await said).toBe('the address of the webhook is not public');
});
