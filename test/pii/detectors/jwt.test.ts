import { expect, test } from '@jest/globals';
import { body, found, typesIn } from '../support.js';

const HEADER = 'eyJ' + body(20);
const PAYLOAD = 'eyJ' + body(40);

test('finds three segments', () => {
  const token = [HEADER, PAYLOAD, body(43)].join('.');
  expect(found(`sent ${token}.`)).toEqual([`jwt:${token}`]);
  expect(found(`{"t":"x\\n${token}"}`)).toEqual([`jwt:${token}`]);
  expect(found(`Authorization: Bearer ${token}`)).toEqual([`jwt:${token}`]);
  expect(found(`token=${token}`)).toEqual([`jwt:${token}`]);
});

test('does not find what is not three segments', () => {
  expect(typesIn(`${HEADER}.${PAYLOAD}`)).toEqual([]);
  expect(typesIn(`${HEADER}.${PAYLOAD}.`)).toEqual([]);
  expect(typesIn('eyJ.eyJ.eyJ')).toEqual([]);
  expect(typesIn(`x${HEADER}.${PAYLOAD}.${body(43)}`)).toEqual([]);
});
