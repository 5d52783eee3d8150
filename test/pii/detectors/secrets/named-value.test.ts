import { expect, test } from '@jest/globals';
import { body, found, typesIn } from '../../support.js';

const VALUE = body(24);

test.each([
  ['<dbPassword>hunter2</dbPassword>', 'password:hunter2'],
  ['<dbPassword>\n    hunter2\n</dbPassword>', 'password:hunter2'],
  ['<ns:password>hunter2</ns:password>', 'password:hunter2'],
  ['<password><![CDATA[hunter2]]></password>', 'password:hunter2'],
  [`<string name="api_key">${VALUE}</string>`, `api_key:${VALUE}`],
  [`<key>ApiToken</key>\n\t<string>${VALUE}</string>`, `token:${VALUE}`],
])('finds the value of the element %s', (text, expected) => {
  expect(found(text)).toEqual([expected]);
});

test.each([
  '<password>${DB_PASSWORD}</password>',
  '<password>choose a password with 8 signs</password>',
  '<label for="password">hunter2</label>',
  '<h2>API Token</h2>',
  '<key>ApiToken</key>\n<true/>',
  'Promise<Token> abcd1234efgh',
])('finds nothing in %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});

test.each([
  [`System.setProperty("API_TOKEN", "${VALUE}")`, `token:${VALUE}`],
  ["define('DB_PASSWORD', 'correcthorse');", 'password:correcthorse'],
  [`headers.set('X-Api-Key', '${VALUE}')`, `api_key:${VALUE}`],
  [`client.setApiKey("${VALUE}")`, `api_key:${VALUE}`],
  ['builder.withPassword("hunter2")', 'password:hunter2'],
])('finds the value that %s gives', (text, expected) => {
  expect(found(text)).toEqual([expected]);
});

test.each([
  'getToken("user_1234567890")',
  `getSecret("${VALUE}")`,
  't("password", "Password")',
  'System.getProperty("API_TOKEN", defaultToken)',
  'new Token("whitespace", " ", 12)',
  'setPassword("")',
  `console.log("token", "${VALUE}")`,
  'setToken(null)',
])('finds nothing in the call %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});

test.each([
  ['mysql --password hunter2 --host db', 'password:hunter2'],
  [`deploy --api-key "${VALUE}"`, `api_key:${VALUE}`],
])('finds the value of the option in %s', (text, expected) => {
  expect(found(text)).toEqual([expected]);
});

test.each([
  '--password <password>   Password for the registry',
  '--token string   Bearer token',
  'docker login --password-stdin',
  'docker build --secret id=npmrc1,src=x .',
  '--password --force',
  '------------------------',
])('finds nothing in the command %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});
