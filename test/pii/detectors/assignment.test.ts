import { expect, test } from '@jest/globals';
import { body, found, typesIn } from '../support.js';

test.each([
  ['password=hunter2', 'password:hunter2'],
  ['password = "hunter2"', 'password:hunter2'],
  ["PASSWORD: 'correct-horse'", 'password:correct-horse'],
  ['{"password": "x9$kQ"}', 'password:x9$kQ'],
  ['{\\"password\\": \\"hunter2\\"}', 'password:hunter2'],
  ['{\\\\\\"password\\\\\\": \\\\\\"hunter2\\\\\\"}', 'password:hunter2'],
  ['db_pass=s3cr3t!', 'password:s3cr3t!'],
  ['Password: supersecret', 'password:supersecret'],
  ['--password hunter2 password:hunter2', 'password:hunter2'],
  ['config["password"] = "hunter2"', 'password:hunter2'],
  ['password: str = "hunter2"', 'password:hunter2'],
  ['password := "hunter2"', 'password:hunter2'],
  ["'password' => 'hunter2'", 'password:hunter2'],
  ['"password": "cut off her3', 'password:cut off her3'],
  ['?user=a&password=hunter2&x=1', 'password:hunter2'],
  ['client_secret=abcd1234efgh', 'secret:abcd1234efgh'],
  ['apiKey: "abcd1234efgh"', 'api_key:abcd1234efgh'],
  ['api key: abcd1234efgh', 'api_key:abcd1234efgh'],
  ['X-Api-Key: abcd1234efgh', 'api_key:abcd1234efgh'],
  ['access_token="abcd1234efgh"', 'token:abcd1234efgh'],
  ['"sessionToken":"abcd1234efgh"', 'token:abcd1234efgh'],
  ['Authorization: Bearer abcd1234efgh5678', 'token:abcd1234efgh5678'],
  ['Authorization: Basic dXNlcjpodW50ZXIy', 'password:dXNlcjpodW50ZXIy'],
  ['postgres://app:s3cr3tpw@db.example.com/x', 'password:s3cr3tpw'],
])('finds the value in %s', (text, expected) => {
  expect(found(text)).toEqual([expected]);
});

test('finds values of a provider by their form', () => {
  const secret = body(40);
  expect(found(`aws_secret_access_key = ${secret}`)).toEqual([`aws_key:${secret}`]);
  const account = `${body(86)}==`;
  expect(found(`AccountName=x;AccountKey=${account};Suffix=y`)).toEqual([`azure_storage_key:${account}`]);
});

test('reads a long value to its end', () => {
  const long = body(5_000);
  expect(found(`secret=${long} x`)).toEqual([`secret:${long}`]);
  expect(found(`secret="${long}" x`)).toEqual([`secret:${long}`]);
});

test.each([
  'password: null',
  '"password": true',
  'password: required',
  'password = getPassword()',
  'password = process.env.DB_PASSWORD',
  'password: user.password,',
  'password: string;',
  'login(user=user, password=password)',
  'password=${DB_PASSWORD}',
  'password: {{ password }}',
  'password=<your password>',
  'password: ********',
  'password=##PASSWORD##',
  'password: the one that you chose',
  'if (password == "hunter2")',
  'bypass=12345678',
  'tests pass: 100',
  '"token": 9256',
  '"max_tokens": 4096',
  '"token_count": 9256123456',
  '"nextPageToken": "CAUQAA12345678"',
  '"progressToken": "abcd1234efgh"',
  '"secret_name": "warning12345"',
  '"api_key_id": 80123456',
  '"key": "table_key_12345"',
  'token: https://example.com/oauth2/token',
  'const token = process.env.TABLE_TOKEN; const password = getPassword();',
  'headers.Authorization = `Bearer ${token}`',
  'https://user:${password}@example.com',
  'https://example.com:8080/a@b',
  'https://username:password@example.com/x',
])('finds nothing in %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});
