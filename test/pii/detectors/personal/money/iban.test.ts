import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

test.each([
  'GB29NWBK60161331926819',
  'GB29 NWBK 6016 1331 9268 19',
  'DE89370400440532013000',
  'DE89 3704 0044 0532 0130 00',
  'FR1420041010050500013M02606',
  'NO9386011117947',
  'MT84MALT011000012345MTLCAST001S',
])('finds %s', (iban) => {
  expect(found(`to ${iban} today`)).toEqual([`iban:${iban}`]);
  expect(found(`["${iban}"]`)).toEqual([`iban:${iban}`]);
});

test('finds an account with no-break spaces', () => {
  const iban = 'GB29 NWBK 6016 1331 9268 19'.replaceAll(' ', '\u00a0');
  expect(found(`to ${iban} today`)).toEqual([`iban:${iban}`]);
});

test.each([
  ['a wrong check sum', 'GB29NWBK60161331926818'],
  ['a wrong length', 'GB29NWBK6016133192681'],
  ['a longer word', 'GB29NWBK60161331926819A'],
  ['a word before', 'XGB29NWBK60161331926819'],
  ['no such country', 'ZZ29NWBK60161331926819'],
  ['lower case', 'gb29nwbk60161331926819'],
])('finds no account in %s', (_, text) => {
  expect(typesIn(text)).not.toContain('iban');
});
