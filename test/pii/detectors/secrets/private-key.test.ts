import { describe, expect, test } from '@jest/globals';
import { body, found, pemLine, typesIn } from '../../support.js';

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

test.each([
  ['on one line', (lines: string[]): string => lines.join(' ')],
  ['deep in YAML', (lines: string[]): string => lines.join(`\n${' '.repeat(24)}`)],
  ['in source code', (lines: string[]): string => lines.map((line) => `"${line}\\n"`).join(' +\n  ')],
  ['in a quoted mail', (lines: string[]): string => lines.join('\n> ')],
  ['in escaped JSON text', (lines: string[]): string => lines.join('\\\\n')],
])('finds a key %s', (_, write) => {
  const text = write([begin('RSA PRIVATE KEY'), body(64), body(64), end('RSA PRIVATE KEY')]);
  expect(found(`before ${text} after`)).toEqual([`private_key:${text.replace(/^"|\\n"$/g, '')}`]);
});

test('finds a key of SSH2 and a static key of OpenVPN', () => {
  const ssh = pemLine('BEGIN', 'SSH2 ENCRYPTED PRIVATE KEY').replace(/^-----(.*)-----$/, '---- $1 ----');
  const close = pemLine('END', 'SSH2 ENCRYPTED PRIVATE KEY').replace(/^-----(.*)-----$/, '---- $1 ----');
  const block = `${ssh}\n${body(70)}\n${close}`;
  expect(found(`x\n${block}\ny`)).toEqual([`private_key:${block}`]);
  const key = `${begin('OpenVPN Static key V1')}\n${body(32)}\n${end('OpenVPN Static key V1')}`;
  expect(found(key)).toEqual([`private_key:${key}`]);
});

test('finds a key of PuTTY', () => {
  const lines = [
    'PuTTY-User-Key-' + 'File-2: ssh-rsa',
    'Encryption: none',
    'Private-Lines: 1',
    body(64),
    `Private-MAC: ${'0a1b'.repeat(10)}`,
  ];
  expect(found(`x\n${lines.join('\n')}\ny`)).toEqual([`private_key:${lines.join('\n')}`]);
  expect(typesIn('a file that begins with PuTTY-User-Key-File-2')).toEqual([]);
});

test('does not find two lines that somebody quotes', () => {
  expect(typesIn(`put it between "${begin('RSA PRIVATE KEY')}" and "${end('RSA PRIVATE KEY')}"`)).toEqual([]);
});

describe('lines that carry numbers', () => {
  const lines = [pemLine('BEGIN', 'RSA PRIVATE KEY'), body(64), body(64), pemLine('END', 'RSA PRIVATE KEY')];
  test.each([
    ['cat -n', (line: string, at: number) => `     ${at}\t${line}`],
    ['grep -n', (line: string, at: number) => `${at}:${line}`],
    ['grep -n in several files', (line: string, at: number) => `keys/id_rsa.pem:${at}:${line}`],
    ['grep -n -A', (line: string, at: number) => `keys/id_rsa.pem-${at}-${line}`],
    ['an editor', (line: string, at: number) => `${at} | ${line}`],
    ['an arrow', (line: string, at: number) => `   ${at}→${line}`],
  ])('%s', (_, numbered) => {
    const text = lines.map((line, at) => numbered(line, at + 1)).join('\n');
    for (const each of [text, JSON.stringify(text)]) {
      const [finding] = found(each);
      expect(found(each)).toHaveLength(1);
      expect(finding?.startsWith(`private_key:${lines[0]}`)).toBe(true);
      expect(finding?.endsWith(lines[3] as string)).toBe(true);
    }
  });
});
