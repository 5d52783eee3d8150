import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

test.each([
  ['passport no: ', 'A1234567'],
  ['"passport_number": "', 'C01X00T47'],
  ['{"passportNumber":"', '123456789'],
  ['UK passport 1', '23456789'],
  ['Reisepass-Nr. ', 'C01X00T471'],
  ['número de pasaporte: ', 'XYZ987654'],
  ['passeport n° ', 'A12345678'],
  ['passaporto ', 'YA1234567'],
  ['护照号码：', 'E12345678'],
  ['여권 번호 ', 'M123A4567'],
])('finds the passport behind %s', (label, value) => {
  const whole = /\d$/.test(label) ? label.slice(-1) + value : value;
  expect(found(`${label}${value}"`)).toEqual([`passport:${whole}`]);
});

test('finds a passport ahead of the word', () => {
  expect(found('AAA123456 es mi número de pasaporte')).toEqual(['passport:AAA123456']);
});

test.each([
  ['without a word', 'code A1234567 and 123456789'],
  ['in another member', '{"passport":true,"order":"A1234567"}'],
  ['in the package of that name', '"passport": "^0.7.0", "passport-jwt": "^4.0.1"'],
  ['behind the mark of redaction', '##PASSPORT## A1234567'],
  ['digits that something else stands ahead of', 'passport office ticket 123456789'],
])('finds none %s', (_, text) => {
  expect(typesIn(text)).toEqual([]);
});
