import { expect, test } from '@jest/globals';
import { confidenceOfSecret } from '../../../../src/pii/detectors/secrets/secret-values.js';
import { body } from '../../support.js';

test.each([
  ['password', 'hunter2'],
  ['password', 'correct horse 9'],
  ['password', 'x7Kp2m9q bob@example.com'],
  ['password', 'bob@example.com x7Kp2m9q'],
  ['password', 'supersecret'],
  ['token', body(24)],
  ['token', 'abcdefghijklmnopqrstuvwx'],
  ['secret', 'aBCdeFGhIJKlmNO'],
  ['hinted', body(32)],
] as const)('under the name of a %s, "%s" is a secret', (kind, value) => {
  expect(confidenceOfSecret(kind, value, 'quoted')).toBeGreaterThan(0);
});

test.each([
  ['password', 'bob@example.com'],
  ['password', 'my example password 1'],
  ['password', 'must have 8 letters or more'],
  ['password', '##PASSWORD##'],
  ['password', 'Passwort'],
  ['password', 'Contraseña'],
  ['token', 'token=token=token=token='],
  ['token', 'next-page-please'],
  ['token', '1234567'],
  ['token', '0000000000000001'],
  ['secret', '$ecret-in-words-alone'],
  ['hinted', 'hunter2'],
] as const)('under the name of a %s, "%s" is none', (kind, value) => {
  expect(confidenceOfSecret(kind, value, 'quoted')).toBe(0);
});
