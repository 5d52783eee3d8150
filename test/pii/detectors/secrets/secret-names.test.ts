import { expect, test } from '@jest/globals';
import { secretKindOf } from '../../../../src/pii/detectors/secrets/secret-names.js';

test.each([
  ['password', 'password'],
  ['DB_PASSWORD', 'password'],
  ['userPassword', 'password'],
  ['db_pass', 'password'],
  ['dbPass', 'password'],
  ['pwd', 'password'],
  ['clientSecret', 'secret'],
  ['signing-key', 'secret'],
  ['AWS_SECRET_ACCESS_KEY', 'aws_key'],
  ['x-api-key', 'api_key'],
  ['AccountKey', 'azure_storage_key'],
  ['access_token', 'token'],
  ['sessionToken', 'token'],
  ['splunkToken', 'token'],
  ['adminToken', 'token'],
  ['_auth', 'token'],
  ['STRIPE_KEY', 'api_key'],
  ['GITHUB_TOKEN_READONLY', 'hinted'],
  ['apiCredentials', 'hinted'],
  ['okta', 'hinted'],
  ['heroku', 'hinted_uuid'],
])('%s announces a %s', (name, kind) => {
  expect(secretKindOf(name)).toBe(kind);
});

test.each([
  'password_hint',
  'secretName',
  'token_count',
  'max_tokens',
  'key',
  'api_key_id',
  'bypass',
  'compass',
  'nextPageToken',
  'page_token',
  'progressToken',
  'public_token',
  'max_tokens',
  'tokenizer',
  'public_key',
  'primaryKey',
  'cache_key',
  'keyId',
  'keyboard',
  'monkey',
  'author',
  'rookTable',
  '',
])('%s announces none', (name) => {
  expect(secretKindOf(name)).toBeUndefined();
});
