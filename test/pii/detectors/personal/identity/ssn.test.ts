import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

test.each(['123-45-6789', '899-99-9999', '123 45 6789', '123.45.6789'])('finds %s', (ssn) => {
  expect(found(`it is ${ssn}.`)).toEqual([`ssn:${ssn}`]);
});

test('finds nine digits where a word says so', () => {
  expect(found('SSN: 123456789')).toEqual(['ssn:123456789']);
  expect(found('{"customer_ssn":"123456789"}')).toEqual(['ssn:123456789']);
  expect(found('123456789 is my social security number')).toEqual(['ssn:123456789']);
  expect(typesIn('order 123456789')).toEqual([]);
  expect(typesIn('classname 123456789')).toEqual([]);
});

test.each([
  '000-45-6789',
  '666-45-6789',
  '900-45-6789',
  '123-00-6789',
  '123-45-0000',
  '1123-45-6789',
  '123-45-67890',
  '123-456-789',
  'ORD-123-45-6789',
  '123-45-6789-12',
  '078-05-1120',
  '219-09-9999',
  '987-65-4320',
  'version 123.45.6789',
  '"123.45.6789"',
  '1.123.45.6789',
  '123.45.6789.1',
  '693-09.4444',
  '2023-45-6789',
  '7 123 45 6789 12',
])('does not find %s', (text) => {
  expect(typesIn(text)).not.toContain('ssn');
});

test.each([
  ['ssn_123456789', '123456789'],
  ['ssn_123-45-6789_doe.pdf', '123-45-6789'],
  ['123-45-6789_w2.pdf', '123-45-6789'],
  ['SSN 123-45-6789/12/29', '123-45-6789'],
])('finds the number in %s', (text, ssn) => {
  expect(found(text)).toEqual([`ssn:${ssn}`]);
});

test.each(['ord_123456789', 'ord_123-45-6789', '123-45-6789/12/29', 'ssn_123-45-6789-1'])(
  'finds none in %s',
  (text) => {
    expect(typesIn(text)).not.toContain('ssn');
  },
);
