import { describe, expect, test } from '@jest/globals';
import { RegexPIIScanner } from '../../src/pii/regex-pii-scanner.js';
import { redactValue } from '../../src/pii/redact.js';
import { scanValue, type Hit } from '../../src/pii/scan-value.js';
import { body, pemLine } from './support.js';

const scanner = new RegexPIIScanner();
const redacted = (value: unknown): unknown =>
  redactValue(value, scanValue(value, scanner, { direction: 'input', tool: 't' }) as readonly Hit[], () => true);

test('a card in groups', () => {
  expect(redacted({ card: ['4111', '1111', '1111', '1111'] })).toEqual({ card: Array(4).fill('##CREDIT_CARD##') });
  expect(redacted(['pay 4111 1111 ', '1111 1111 now'])).toEqual(['pay ##CREDIT_CARD##', '##CREDIT_CARD## now']);
});

test('a key in pieces', () => {
  expect(redacted(['gh', 'p_' + body(20), body(16)])).toEqual(Array(3).fill('##GITHUB_PAT##'));
});

test('a private key by lines', () => {
  const lines = [pemLine('BEGIN', 'PRIVATE KEY'), body(64), body(64), pemLine('END', 'PRIVATE KEY')];
  expect(redacted(lines)).toEqual(Array(4).fill('##PRIVATE_KEY##'));
});

describe('are not looked for', () => {
  test.each([
    ['in what only looks like a value together', ['john', '@', 'example.com']],
    ['in numbers', [4111, 1111, 1111, 1111]],
    ['in lists of other things', ['4111', '1111', null, '1111', '1111']],
    ['in long lists', [...Array<string>(62).fill('a'), ...'4111 1111 1111 1111'.split(' ')]],
    ['in long items', ['4111 1111 ' + ' '.repeat(120), '1111 1111']],
    ['in years', ['2019', '2020', '2021', '2022']],
  ])('%s', (_, list) => {
    expect(redacted(list)).toBe(list);
  });
});

test('a command line names its arguments', () => {
  expect(redacted(['curl', '--password', 'hunter2', '-v', '--token', 'abcd1234efgh'])).toEqual([
    'curl',
    '--password',
    '##PASSWORD##',
    '-v',
    '--token',
    '##TOKEN##',
  ]);
  expect(redacted(['--name', 'hunter2'])).toEqual(['--name', 'hunter2']);
});
