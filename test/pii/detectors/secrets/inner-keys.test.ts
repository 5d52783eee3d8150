import { expect, test } from '@jest/globals';
import { body, found, typesIn } from '../../support.js';

const HEX = '0123456789abcdef';
const LOWER = 'abcdefghijklmnopqrstuvwyz0123456789';
const key = (...parts: string[]): string => parts.join('');
const uuid = [8, 4, 4, 4, 12].map((length) => body(length, HEX)).join('-');

const KEYS: [string, string, string][] = [
  ['Terraform Cloud', 'token', key(body(14), '.atlas', 'v1.', body(67))],
  ['MaxMind', 'api_key', key(body(6), '_', body(29), '_m', 'mk')],
  ['Mailchimp', 'api_key', key(body(32, HEX), '-u', 's21')],
  ['DeepL', 'api_key', key(uuid, ':f', 'x')],
  ['Azure Storage', 'api_key', key(body(76), '+A', 'St', body(6), '==')],
];

test.each(KEYS)('finds a key of %s', (_, type, value) => {
  expect(found(`use ${value} now`)).toEqual([`${type}:${value}`]);
  expect(found(`{"x":"a","y":"${value}"}`)).toEqual([`${type}:${value}`]);
  expect(typesIn(`use ${value.slice(0, value.length * 0.6)} now`)).not.toContain(type);
});

test('finds the token before x-oauth-basic', () => {
  expect(found(['git clone https://', body(40, LOWER), ':x-oauth-', 'basic@github.com/a/b'].join(''))[0]).toContain(
    body(40, LOWER),
  );
});

test.each([
  ['names in a table', '| us1 | fx | mmk | ASt |'],
  ['a region', 'eu-west-us1, cluster-us2'],
  ['an identifier alone', uuid],
])('finds nothing in %s', (_, text) => {
  expect(typesIn(text)).toEqual([]);
});
