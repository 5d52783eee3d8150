import { expect, test } from '@jest/globals';
import { RegexPIIScanner } from '../../../../../src/pii/regex-pii-scanner.js';
import { scanValue } from '../../../../../src/pii/scan-value.js';
import { found, typesIn } from '../../../support.js';

test.each([
  ['passport: ab1234567', 'passport:ab1234567'],
  ['my passport number is x1234567', 'passport:x1234567'],
  ['"passportNo":"12ab34567"', 'passport:12ab34567'],
  ['driving licence: d12345678', 'driving_licence:d12345678'],
  ["driver's license no. f255-9215-0094", 'driving_licence:f255-9215-0094'],
])('finds the number in %s', (text, finding) => {
  expect(found(text)).toEqual([finding]);
});

test('finds it as the member of an object', async () => {
  const hits = await scanValue({ passport: 'ab1234567' }, new RegexPIIScanner(), { direction: 'input', tool: 't' });
  expect(hits.flatMap(({ findings }) => findings.map(({ type }) => type))).toEqual(['passport']);
});

test.each([
  'software license: d12345678',
  'passport office ab1234567',
  'passport-js: ab1234567-rc',
  'passport: ab12345678901',
  'order ab1234567',
])('finds none in %s', (text) => {
  expect(typesIn(text)).toEqual([]);
});
