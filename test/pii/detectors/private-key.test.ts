import { expect, test } from '@jest/globals';
import { body, found, pemLine, typesIn } from '../support.js';

const begin = (kind: string): string => pemLine('BEGIN', kind);
const end = (kind: string): string => pemLine('END', kind);

test.each([
  'PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'PGP PRIVATE KEY BLOCK',
])('finds a block of %s', (kind) => {
  const block = `${begin(kind)}\n${body(64)}\n${body(40)}=\n${end(kind)}`;
  expect(found(`before\n${block}\nafter`)).toEqual([`private_key:${block}`]);
  const escaped = JSON.stringify(block).slice(1, -1);
  expect(found(`{"key": "${escaped}"}`)).toEqual([`private_key:${escaped}`]);
});

test('finds a block with headers of its own, and a short one', () => {
  const block = `${begin('RSA PRIVATE KEY')}\nProc-Type: 4,ENCRYPTED\n\n${body(64)}\n${end('RSA PRIVATE KEY')}`;
  expect(found(block)).toEqual([`private_key:${block}`]);
  const short = `${begin('PRIVATE KEY')}\nMIIE...\n${end('PRIVATE KEY')}`;
  expect(found(short)).toEqual([`private_key:${short}`]);
});

test('finds a block that is cut, to the end of the text', () => {
  const cut = `${begin('PRIVATE KEY')}\n${body(64)}\n${body(10)}`;
  expect(found(`x ${cut}`)).toEqual([`private_key:${cut}`]);
});

test('does not find what is no private key', () => {
  expect(typesIn(`${begin('PUBLIC KEY')}\n${body(64)}\n${end('PUBLIC KEY')}`)).toEqual([]);
  expect(typesIn(`${begin('CERTIFICATE')}\n${body(64)}\n${end('CERTIFICATE')}`)).toEqual([]);
  expect(typesIn(`a line of ${begin('PRIVATE KEY')} begins it`)).toEqual([]);
  expect(typesIn(`${begin('PRIVATE KEY')}\n***\n${end('PRIVATE KEY')}`)).toEqual([]);
  expect(typesIn(`${begin('PRIVATE KEY')}\nxxx\n${end('PRIVATE KEY')}`)).toEqual([]);
  expect(typesIn(begin('PRIVATE KEY').repeat(50))).toEqual([]);
});
