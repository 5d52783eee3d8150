import { expect, test } from '@jest/globals';
import { body, found, typesIn } from '../../support.js';

test.each([
  ['password=hunter2', 'password:hunter2'],
  ['password = "hunter2"', 'password:hunter2'],
  ["PASSWORD: 'correct-horse'", 'password:correct-horse'],
  ['{"password": "x9$kQ"}', 'password:x9$kQ'],
  ['{\\"password\\": \\"hunter2\\"}', 'password:hunter2'],
  ['{\\\\\\"password\\\\\\": \\\\\\"hunter2\\\\\\"}', 'password:hunter2'],
  ['db_pass=s3cr3t!', 'password:s3cr3t!'],
  ['Password: supersecret', 'password:supersecret'],
  ['config["password"] = "hunter2"', 'password:hunter2'],
  ['password: str = "hunter2"', 'password:hunter2'],
  ['{"password": "x7Kp2m9q bob@example.com"}', 'password:x7Kp2m9q bob@example.com'],
  ['{"password": "bob@example.com x7Kp2m9q"}', 'password:bob@example.com x7Kp2m9q'],
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
  ['$dbPassword .= "hunter2"', 'password:hunter2'],
  ['DB_PASSWORD ?= "hunter2"', 'password:hunter2'],
  ['DB_PASSWORD ::= "hunter2"', 'password:hunter2'],
  ['password ||= "hunter2"', 'password:hunter2'],
  ['char password[32] = "hunter2";', 'password:hunter2'],
  ['const PASSWORD: &str = "hunter2";', 'password:hunter2'],
  ['secret = b"abcd1234efgh"', 'secret:abcd1234efgh'],
  ['<add key="Password" value="hunter2" />', 'password:hunter2'],
  ['{"name": "DB_PASSWORD", "value": "hunter2"}', 'password:hunter2'],
  ['- name: DB_PASSWORD\n  value: hunter2', 'password:hunter2'],
  ['//registry.npmjs.org/:_authToken=abcd1234efgh', 'token:abcd1234efgh'],
  ['BUNDLE_GEMS__EXAMPLE__COM=deploy:abcdefgh', 'password:deploy:abcdefgh'],
  ['stripe_key = "abcd1234efgh"', 'api_key:abcd1234efgh'],
  ['password: a{{b}c)d${e]f(g>-_$#h}}', 'password:a{{b}c)d${e]f(g>-_$#h}}'],
])('finds the value in %s', (text, expected) => {
  expect(found(text)).toEqual([expected]);
});

test('finds values of a provider by their form', () => {
  const secret = body(40);
  expect(found(`aws_secret_access_key = ${secret}`)).toEqual([`aws_key:${secret}`]);
  const account = `${body(86)}==`;
  expect(found(`AccountName=x;AccountKey=${account};Suffix=y`)).toEqual([`azure_storage_key:${account}`]);
});

test.each([
  'DATADOG_KEY_PROD=@',
  'tokenV2: "@"',
  'webhook = "@"',
  'api_credentials: @',
  'okta = "@"',
  '?sig=@&se=2030',
])('takes a random value under a name that hints at a secret: %s', (text) => {
  const value = body(40);
  expect(found(text.replace('@', value))).toEqual([`secret:${value}`]);
  expect(typesIn(text.replace('@', 'my-second-value-2'))).toEqual([]);
});

test('takes a UUID under a name that announces a secret, or under that of a provider whose keys are UUIDs', () => {
  const uuid = [8, 4, 4, 4, 12].map((length) => body(length, '0123456789abcdef')).join('-');
  expect(found(`API_TOKEN=${uuid}`)).toEqual([`token:${uuid}`]);
  expect(found(`heroku: "${uuid}"`)).toEqual([`secret:${uuid}`]);
  expect(typesIn(`access_grant: ${uuid}`)).toEqual([]);
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
  'const key = (token) => "abcd1234efgh"',
  'withXSRFToken: defaultToConfig2,',
  'pass: pluginDescriptorsPass',
  'export TOKEN=ab_eyJzaWduSW4...',
  "passwd = '%s:%s' % pair",
  'passphrase: &#x3C;string>',
  'convertToken=a.getTokenType=a.isChildUnwrappable',
  'STENCIL_PASS: 0x0B96',
  'K8S_VALUE_SECRET = K8S_VOLUME_TYPE_SECRET;',
  '"pbkdf2-password": "1.2.1"',
  '"password": "Passwort"',
  '"password": "Contraseña"',
  '"reset": { "password": "errors.password.required" }',
  'RESET_PASSWORD: "reset_password"',
  'apiKey: "test-api-key-123"',
  'token: "sha256:0a1b2c3d4e5f"',
  'secret: 00000000000000000000000000000ABC',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod-x1y2z3',
  'https://codecov.io/gh/o/r/graph/badge.svg?token=AbCdEf1234',
  '<add key="Password" value="%DB_PASSWORD%" />',
  'password: Foo::new(bar)?',
  'password: op://vault/item/password',
  'password: ENC[AES256_GCM,data:abc123==]',
  'cacheKey: "9f86d081884c7d659a2feaa0c55ad015"',
  'accessSubnet: "subnet-0a1b2c3d4e5f6a7b8"',
  'apiVersion: "2024-02-15-preview1"',
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

test('finds the whole of a value with an escaped quotation mark in JSON within JSON', () => {
  const text = JSON.stringify({ body: JSON.stringify({ password: 'longpass1"restofit9' }) });
  expect(found(text)).toEqual([String.raw`password:longpass1\\\"restofit9`]);
});

test('takes only a whole mark for one that redaction has written', () => {
  expect(typesIn('password="##PASSWORD##"')).toEqual([]);
  expect(typesIn('password="##realpass123"')).toEqual(['password']);
  expect(typesIn('password="##EMAIL##realpass123"')).toEqual(['password']);
});

test.each([
  ['"password": ["S3cr3t!pw", "0ther#pw9"]', ['S3cr3t!pw', '0ther#pw9']],
  ['{\\"password\\":[\\"S3cr3t!pw\\"]}', ['S3cr3t!pw']],
  ['"password": {"value": "S3cr3t!pw"}', ['S3cr3t!pw']],
  ['password = os.getenv("PW", "x9Kd82kk")', ['x9Kd82kk']],
  ['password = process.env.PW || "x9Kd82kk"', ['x9Kd82kk']],
])('finds what is a level below in %s', (text, values) => {
  expect(found(text)).toEqual(values.map((value) => `password:${value}`));
});

test.each([
  '"errors": {"password": ["is too short", "must have 8 characters"]}',
  'password = os.getenv("PW", "changeme")',
  '"colour": {"value": "S3cr3t!pw"}',
])('finds none in %s', (text) => {
  expect(found(text)).toEqual([]);
});
