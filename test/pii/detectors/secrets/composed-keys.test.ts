import { expect, test } from '@jest/globals';
import { body, found, typesIn } from '../../support.js';

const key = (...parts: string[]): string => parts.join('');

const KEYS: [string, string, string][] = [
  ['a bot of Discord', 'discord_token', key('MT', body(22), '.', body(6), '.', body(38))],
  ['a bot of Telegram', 'telegram_token', key('110201543', ':AA', body(33))],
  ['an application of Microsoft Entra', 'azure_client_secret', key('aB3', '8Q', '~', body(34))],
  ['X', 'token', key('A'.repeat(22), body(80))],
  ['Facebook', 'token', key('1234567890123456', '|', body(27))],
];

test.each(KEYS)('finds a key of %s', (_, type, value) => {
  expect(found(`use ${value} now`)).toEqual([`${type}:${value}`]);
  expect(found(`{"x":"a","y":"${value}"}`)).toEqual([`${type}:${value}`]);
  expect(typesIn(`use ${value.slice(0, value.length * 0.6)} now`)).not.toContain(type);
});

test.each([
  ['digits before a bar in a table', '| 12 | 1234567890123451|'],
  ['zeros', key('A'.repeat(22), 'A'.repeat(80))],
])('finds nothing in %s', (_, text) => {
  expect(typesIn(text)).toEqual([]);
});
