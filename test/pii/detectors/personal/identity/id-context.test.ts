import { expect, test } from '@jest/globals';
import { IdContext, namesId } from '../../../../../src/pii/detectors/personal/identity/id-context.js';
import type { IdName } from '../../../../../src/pii/detectors/personal/identity/id-words.js';

const NUMBER = '123456789';

function isNamed(text: string, name: IdName, labelled?: true): boolean {
  const context = new IdContext();
  const start = text.indexOf(NUMBER);
  context.read(text, start, start + NUMBER.length, 0);
  return context.names(labelled === undefined ? { names: [name] } : { names: [name], labelled }, text);
}

test.each<[string, IdName]>([
  ['tax file number 123456789', 'tfn'],
  ['TAX_FILE_NUMBER=123456789', 'tfn'],
  ['{"taxFileNumber":"123456789"}', 'tfn'],
  ['{\\"tax_file_number\\": \\"123456789\\"}', 'tfn'],
  ['customerTfn: 123456789', 'tfn'],
  ['line\\ntfn 123456789', 'tfn'],
  ['123456789 (TFN)', 'tfn'],
  ['护照号码：123456789', 'passport'],
  ['Führerscheinnummer 123456789', 'licence'],
  ['ПАСПОРТ 123456789', 'passport'],
])('%s is named', (text, name) => {
  expect(isNamed(text, name)).toBe(true);
});

test.each<[string, string, IdName]>([
  ['the name of another member', '{"tfn": "", "order": "123456789"}', 'tfn'],
  ['the name of another object', '[{"tfn": 1}, {"order": 123456789}]', 'tfn'],
  ['the name of the next member', '{"order": 123456789, "tfn": ""}', 'tfn'],
  ['part of a word', 'since 123456789', 'sin'],
  ['part of a word', 'raisin 123456789', 'sin'],
  ['what redaction wrote', '##TFN## 123456789', 'tfn'],
  ['a name that is far away', `tfn ${'and so on '.repeat(6)} 123456789`, 'tfn'],
])('does not take %s: %s', (_, text, name) => {
  expect(isNamed(text, name)).toBe(false);
});

test.each<[string, boolean]>([
  ['passport number: 123456789', true],
  ['passportNumber":"123456789', true],
  ['passport no. 123456789', true],
  ['my passport is 123456789', true],
  ['Reisepassnummer 123456789', true],
  ['passport verified by clerk 123456789', false],
  ['123456789 passport', false],
])('what stands between a label and its number: %s', (text, expected) => {
  expect(isNamed(text, 'passport', true)).toBe(expected);
});

test('an instance forgets the number before', () => {
  const context = new IdContext();
  context.read('tfn 1', 4, 5, 0);
  expect(context.read('abc 1', 4, 5, 0)).toBe(false);
  expect(context.names({ names: ['tfn'] }, 'abc 1')).toBe(false);
});

test('a name can be ruled out by another', () => {
  const text = 'aws account number 123456789';
  const context = new IdContext();
  context.read(text, 19, 28, 0);
  expect(context.names({ names: ['account'] }, text)).toBe(true);
  expect(context.names({ names: ['account'], unless: ['aws'] }, text)).toBe(false);
});

test.each(['passport_number', 'nhsNumber', 'IBAN-account-number', 'driver_license', 'ni_number', 'steuer-id', 'dni'])(
  'the key %s names a number',
  (key) => {
    expect(namesId(key)).toBe(true);
  },
);

test.each(['id', 'created_at', 'license', 'panel', 'since', 'final', 'total'])('the key %s does not', (key) => {
  expect(namesId(key)).toBe(false);
});
