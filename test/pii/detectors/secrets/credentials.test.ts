import { expect, test } from '@jest/globals';
import { RegexPIIScanner } from '../../../../src/pii/regex-pii-scanner.js';
import { body, found, typesIn } from '../../support.js';

const TOKEN = body(40);
const HEX = body(40, 'a0b1c2d3e4f56789');

test.each([
  ['redis://:s3cr3tpw@cache:6379/0', 'password:s3cr3tpw'],
  ['mongodb+srv://app:s3cr3tpw@c0.example.net/db', 'password:s3cr3tpw'],
  ['postgres://app:p@ss1word@db/x', 'password:p@ss1word'],
  ['http://cafe:deadbeef@gems.example.com/', 'password:deadbeef'],
  [`https://${TOKEN}@github.com/o/r.git`, `token:${TOKEN}`],
  [`https://${HEX}:x-oauth-basic@github.com/o/r.git`, `token:${HEX}`],
])('finds the credentials in the URL %s', (text, expected) => {
  expect(found(text)).toEqual([expected]);
});

test.each([
  'amqp://guest:guest@rabbitmq:5672/',
  'postgres://user:1111@db/x',
  'https://username:mypassword@example.com/x',
  'mysql://$(DB_USER):$(DB_PASS)@$(DB_HOST)/x',
  'https://user:REPLACE_WITH_PASSWORD@example.org',
  'ssh://git@github.com/o/r.git',
])('finds nothing in the URL %s', (text) => {
  expect(found(text).filter((each) => /^(?:password|token)/.test(each))).toEqual([]);
});

test.each([
  [`Authorization: token ${HEX}`, `token:${HEX}`],
  [`Authorization: ApiKey ${TOKEN}`, `token:${TOKEN}`],
  [`"Authorization": "${TOKEN}"`, `token:${TOKEN}`],
  ["curl -u admin:s3cr3tpw 'https://x.example.com'", 'password:s3cr3tpw'],
  ['curl -X POST --user "svc:s3cr3tpw" https://x.example.com', 'password:s3cr3tpw'],
  ['machine api.example.com login me password s3cr3tpw', 'password:s3cr3tpw'],
  [`ENV API_TOKEN ${TOKEN}`, `token:${TOKEN}`],
  ['ConvertTo-SecureString "s3cr3tpw" -AsPlainText', 'password:s3cr3tpw'],
  ["CREATE USER app IDENTIFIED BY 's3cr3tpw';", 'password:s3cr3tpw'],
  ["ALTER USER app WITH PASSWORD 's3cr3tpw';", 'password:s3cr3tpw'],
  ['The password is s3cr3tpw.', 'password:s3cr3tpw'],
])('finds the credentials in %s', (text, expected) => {
  expect(found(text)).toEqual([expected]);
});

test('finds the secret behind an access key of AWS', () => {
  const key = `AKIA${body(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
  expect(found(`${key},${TOKEN}`)).toEqual([`aws_key:${key}`, `aws_key:${TOKEN}`]);
});

test.each([
  'Authorization: Bearer <token>',
  'authorization: required-for-all-routes',
  'curl -u "$USER:$PASS" https://api.example.com',
  'curl -url https://example.com:8080/x',
  'ENV NODE_ENV production',
  'machine {host} login {user} password {password}',
  'The password is required.',
  'The password is sha256 hashed before it is stored.',
  'The password is sha256.',
  'the password "field"',
  'ALTER TABLE users ADD PASSWORD varchar(64)',
])('finds nothing in %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});

test('finds a key as the user of a URL, and one whose type alone is wanted', () => {
  const pat = ['gh', 'p_', body(36)].join('');
  expect(typesIn(`https://${pat}:x@github.com/a`)).toEqual(['github_pat']);
  const scanner = new RegexPIIScanner({ exclude: ['password'] });
  expect(scanner.scan(`https://u:${pat}@example.com`).map(({ type }) => type)).toContain('github_pat');
});

test.each(['Tr0ub#4dor3', 'Tr0ub/4dor3', 'Tr0ub?4dor3', 'Tr0@ub@4dor3'])(
  'finds %s, which is not encoded',
  (password) => {
    expect(found(`postgres://app:${password}@db.host:5432/x`)).toEqual([`password:${password}`]);
  },
);

test.each([
  'https://x.com:8080/@foo/bar',
  'http://localhost:3000/@vite/client',
  'docker://reg:5000/a@sha256:abc',
  'https://example.com:path/a@b.example.org',
])('finds no password in %s', (text) => {
  expect(found(text).join()).not.toContain('password:');
});
