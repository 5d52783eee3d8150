import { expect, test } from '@jest/globals';
import { found, typesIn } from '../../support.js';

const VALUE = Buffer.from('deploy:correct horse').toString('base64');
const FILE = Buffer.from('{"auths":{"registry":{}}}').toString('base64');

test.each([
  `kind: Secret\ndata:\n  extra: ${VALUE}\n`,
  `apiVersion: v1\ndata:\n  extra: ${VALUE}\nkind: Secret\nmetadata:\n  name: x\n`,
  `data:\n\textra: "${VALUE}"\nkind: "Secret"`,
  `kind: Secret\ndata:\n  # a comment\n  extra: '${VALUE}'`,
  `{"kind":"Secret","data":{"extra":"${VALUE}"}}`,
])('finds the base64 values of a Secret: %j', (text) => {
  expect(found(text)).toEqual([`secret:${VALUE}`]);
});

test('finds a value on the lines behind its name', () => {
  expect(found(`kind: Secret\ndata:\n  .dockercfg: |\n    ${FILE}\n`)).toEqual([`secret:${FILE}`]);
});

test.each([
  `kind: ConfigMap\ndata:\n  extra: ${VALUE}\n`,
  `kind: SecretStore\ndata:\n  extra: ${VALUE}\n`,
  `kind: Secret\n---\nkind: ConfigMap\ndata:\n  extra: ${VALUE}\n`,
  `kind: Secret\nmetadata:\n  note: ${VALUE}\n`,
  `kind: Secret\ndata:\n  username: ${VALUE}\n`,
  'kind: Secret\ndata:\n  extra: {{ .Values.extra }}\n',
  'kind: Secret\ndata:\n  extra: ""\n',
  'the other kind: secret data: nothing',
])('finds nothing else: %j', (text) => {
  expect(typesIn(text)).toEqual([]);
});
