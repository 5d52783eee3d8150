import { expect, test } from '@jest/globals';
import { redactText } from '../../../src/pii/redact.js';
import { RegexPIIScanner } from '../../../src/pii/regex-pii-scanner.js';
import { makeCorpus } from './make-corpus.js';

test('all of the corpus is something that the scanner knows, so that whatever is seen of it was not scanned', () => {
  const scanner = new RegexPIIScanner();
  const corpus = makeCorpus(500);
  const missed = corpus.filter(({ text, value }) => redactText(text, scanner.scan(text)).includes(value));
  expect(missed.map(({ type, text }) => `${type}: ${text}`)).toEqual([]);
  expect(new Set(corpus.map(({ value }) => value)).size).toBe(500);
});

/** Text that nobody sees is no value of anybody's. */
const HOSTILE = [
  'ansi_escape',
  'bidi_override',
  'control_character',
  'unicode_tags',
  'variation_selectors',
  'zero_width',
];

test('it has every type of finding that is a value', () => {
  const found = new Set<string>();
  const scanner = new RegexPIIScanner();
  for (const { text } of makeCorpus(500)) for (const { type } of scanner.scan(text)) found.add(type);
  const values = RegexPIIScanner.types.filter((type) => !HOSTILE.includes(type));
  expect(values.filter((type) => !found.has(type))).toEqual([]);
});
