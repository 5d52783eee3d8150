import { expect, test } from '@jest/globals';
import { isPlausibleKey } from '../../../../../src/pii/detectors/secrets/keys/plausible-key.js';
import { body } from '../../../support.js';

test.each([body(16), body(36), body(200), '0123456789', ''])('takes %s for a key', (text) => {
  expect(isPlausibleKey(text, 'required')).toBe(true);
});

test.each([
  ['crossed out', 'x'.repeat(12) + body(8)],
  ['of one character', '1'.repeat(20)],
  ['of a few characters', '1231231231231231'],
  ['with the word example', body(10) + 'EXAMPLE'],
  ['with the word your', 'your-api-key-1'],
  ['with the word here', body(9) + 'KeyHere'],
])('takes nothing %s for a key', (_, text) => {
  expect(isPlausibleKey(text, 'optional')).toBe(false);
});

test('takes letters alone for a key only where they are mixed as no word is', () => {
  expect(isPlausibleKey('aBcDeFgHkLmNoPqRsTuW', 'usual')).toBe(true);
  expect(isPlausibleKey('aBcDeFgHkLmNoPqRsTuW', 'required')).toBe(false);
  expect(isPlausibleKey('someLongNameOfFunction', 'usual')).toBe(false);
  expect(isPlausibleKey('some-long-description-of-it', 'usual')).toBe(false);
  expect(isPlausibleKey('some-long-description-of-it', 'optional')).toBe(true);
});
