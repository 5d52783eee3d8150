import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../../support.js';

test.each([
  '4111111111111111',
  '4111 1111 1111 1111',
  '4111-1111-1111-1111',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '3782 822463 10005',
  '6011111111111117',
  '30569309025904',
  '3056 930902 5904',
  '3530111333300000',
  '6212345678901232',
])('finds the card %s', (card) => {
  expect(found(`charged to ${card}, thanks`)).toEqual([`credit_card:${card}`]);
  expect(found(`{"n":"${card}"}`)).toEqual([`credit_card:${card}`]);
});

test('finds a card behind an escaped line break and beside other numbers', () => {
  expect(found('line\\n4111111111111111\\nline')).toEqual(['credit_card:4111111111111111']);
  expect(found('2 4111 1111 1111 1111 12/29')).toEqual(['credit_card:4111 1111 1111 1111']);
});

test('takes lengths that are mostly identifiers only with a word nearby', () => {
  expect(typesIn('row 4222222222222 done')).toEqual([]);
  expect(typesIn('Visa 4222222222222')).toEqual(['credit_card']);
});

test.each(['3521213764418045', '584528792610', '4917 3008 0000 0000', '1220 0000 0000 003'.replaceAll(' ', '')])(
  'finds %s, of a wide range or a rare length, where a word says that it is a card',
  (card) => {
    expect(found(`my card ${card}`)).toEqual([`credit_card:${card}`]);
    expect(found(`meine Karte: ${card}`)).toEqual([`credit_card:${card}`]);
  },
);

test('takes four groups of a row of many only with a word nearby', () => {
  expect(typesIn('2859 4111 1111 1111 1111 3783')).toEqual([]);
  expect(typesIn('9405 4111 1111 1111 1111 22')).toEqual([]);
  expect(typesIn('card 4111 1111 1111 1111 22')).toEqual(['credit_card']);
});

test.each([
  ['a wrong check digit', '4111111111111112'],
  ['no issuer', '1234567812345670'],
  ['part of a longer run', '41111111111111111111111'],
  ['part of a word', 'x4111111111111111'],
  ['part of a word', '4111111111111111x'],
  ['a fraction', '0.4111111111111111'],
  ['odd groups', '41111 111 1111 1111'],
  ['mixed separators', '4111-1111 1111-1111'],
  ['a longer hyphenated number', '9-4111-1111-1111-1111'],
  ['a UUID', '41111111-1111-4111-8111-111111111111'],
  ['a timestamp in nanoseconds', '1759609365495569248'],
])('finds no card in %s', (_, text) => {
  expect(typesIn(`id ${text} end`)).toEqual([]);
});

test.each([
  '4111111111111111/12/29',
  '4111 1111 1111 1111/12/2029',
  '4111111111111111/123',
  'card_4111111111111111',
  'cc_number_4111-1111-1111-1111.pdf',
  'card 4111111111111111_front.png',
  '4111.1111.1111.1111',
])('finds the card in %s', (text) => {
  expect(typesIn(text)).toEqual(['credit_card']);
});

test.each(['evt_4111111111111111', '4111111111111111_x', '/4111111111111111/123', '4111111111111111/99/29'])(
  'finds no card in %s',
  (text) => {
    expect(typesIn(text)).toEqual([]);
  },
);
