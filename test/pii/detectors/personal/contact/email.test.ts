import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

test.each([
  'bob@example.com',
  'first.last+tag@sub.example.co.uk',
  'user_1%x@example.io',
  'a@b.de',
  'user@xn--80ak6aa92e.com',
  'müller@example.de',
  'user@bücher.example',
])('finds %s', (email) => {
  expect(found(`mail ${email}, or not`)).toEqual([`email:${email}`]);
  expect(found(`<${email}>`)).toEqual([`email:${email}`]);
  expect(found(`{"text":"line\\n${email}\\n"}`)).toEqual([`email:${email}`]);
});

test.each([
  ['/users?mail=bob%40example.com&x=1', 'bob%40example.com'],
  ['q%3Dbob%40example.com%26x', 'bob%40example.com'],
  ['%20bob@example.com', 'bob@example.com'],
  ['mailto:bob@example.com?subject=x', 'bob@example.com'],
  ['Bob <bob@mail.example.com>', 'bob@mail.example.com'],
  ['to "bob lee"@example.com now', '"bob lee"@example.com'],
  ['{"to":"\\"bob lee\\"@example.com"}', '\\"bob lee\\"@example.com'],
])('finds the address in %s', (text, email) => {
  expect(found(text)).toEqual([`email:${email}`]);
});

test('leaves the punctuation around it', () => {
  expect(found('(see bob@example.com).')).toEqual(['email:bob@example.com']);
  expect(found('bob@example.com-2024')).toEqual(['email:bob@example.com']);
  expect(found('...bob@example.com...')).toEqual(['email:bob@example.com']);
  expect(found('联系bob@example.com吧')).toEqual(['email:bob@example.com']);
});

test.each([
  '@decorator.name',
  'icon@2x.png',
  '@scope/name@1.17.91',
  'user@localhost',
  'getty@tty1.service',
  'git@github.com:owner/name.git',
  'a@b',
  '@bob@social.example',
  'https://git@github.com/owner/name',
  '["a","@example.com"]',
  '100%40.com',
  'npm@1.2.3',
  'a@.com',
  'a@b..com',
  'a.@b.com',
  'a@b.c',
  '@@@',
])('does not find %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});
