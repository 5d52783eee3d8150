import { expect, test } from '@jest/globals';
import { body, found, typesIn } from '../../support.js';

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

test('finds a token whose header is an object written with spaces', () => {
  const encode = (value: string): string => Buffer.from(value).toString('base64url');
  const token = [encode('{\n "typ": "JWT", "alg": "RS256"}'), encode('{\n "sub": "1234567890"}'), body(43)].join('.');
  expect(found(`sent ${token}`)).toEqual([`jwt:${token}`]);
  expect(typesIn(`${'eyes'.repeat(6)}.${body(30)}.${body(43)}`)).toEqual([]);
});

test('finds an unsecured token with its full stop', () => {
  const token = `${Buffer.from('{"typ":"JWT","alg":"none"}').toString('base64url')}.${PAYLOAD}.`;
  expect(found(`sent ${token} on`)).toEqual([`jwt:${token}`]);
});

test('finds an encrypted token of five segments', () => {
  const token = [HEADER, body(60), body(16), body(80), body(22)].join('.');
  expect(found(`sent ${token}.`)).toEqual([`jwt:${token}`]);
  const direct = [HEADER, '', body(16), body(80), body(22)].join('.');
  expect(found(`sent ${direct}`)).toEqual([`jwt:${direct}`]);
});

test('finds a token that is encoded once more', () => {
  const encoded = Buffer.from([HEADER, PAYLOAD, body(43)].join('.')).toString('base64');
  expect(found(`sent ${encoded}`)).toEqual([`jwt:${encoded}`]);
  expect(typesIn(encoded.slice(0, 40))).toEqual([]);
});

test.each(['session-', 'id_token_', '-'])('finds a token behind %s', (name) => {
  const token = `eyJhbGciOiJIUzI1NiJ9.${body(30)}.${body(43)}`;
  expect(found(`${name}${token}`)).toEqual([`jwt:${token}`]);
});

test('takes no part of a longer run for the beginning of a token', () => {
  expect(found(`${body(40)}-eyJhbGciOiJIUzI1NiJ9.${body(30)}.${body(43)}`).join()).not.toContain('jwt:eyJ');
});
