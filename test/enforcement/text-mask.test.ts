import { expect, test } from '@jest/globals';
import { TextMask } from '../../src/enforcement/text-mask.js';
import { RegexPIIScanner } from '../../src/pii/regex-pii-scanner.js';

const key = ['AK', 'IA', 'Q3EXR7TBN5VWZ2LM'].join('');

test('puts a mark in place of what is found, and leaves the rest as it is', () => {
  const mask = new TextMask(undefined);
  for (const text of ['', 'search_documents', '019b76da-a800-7000-8000-000000000000', `use ${'it '.repeat(400)}`]) {
    expect(mask.text(text)).toBe(text);
    expect(mask.text(text)).toBe(text);
  }
  expect(mask.text(`get_${key}`)).not.toContain(key);
  expect(mask.text(`say ${key} and kim@example.com`)).toBe('say ##AWS_KEY## and ##EMAIL##');
});

test('a name may be an address, and nothing else that is found', () => {
  const mask = new TextMask(undefined);
  expect(mask.name('kim@example.com')).toBe('kim@example.com');
  expect(mask.name('203.0.113.7')).toBe('203.0.113.7');
  expect(mask.name(`kim@example.com ${key}`)).toBe('kim@example.com ##AWS_KEY##');
  // What is clean as a name is not clean as a text.
  expect(mask.text('kim@example.com')).toBe('##EMAIL##');
});

test("the user's own built-in scanner is asked with its own detectors; any other is not asked", () => {
  const own = new RegexPIIScanner({ detectors: [{ type: 'project', pattern: 'PRJ-\\d{4}' }] });
  expect(new TextMask(own).text('about PRJ-1234')).toBe('about ##PROJECT##');
  const later = new TextMask({ scan: () => Promise.reject(new Error('asked')) });
  expect(later.text(key)).toBe('##AWS_KEY##');
});

test('remembers a bounded number of clean texts', () => {
  const mask = new TextMask(undefined);
  for (let at = 0; at < 5000; at++) expect(mask.text(`tool_${at}`)).toBe(`tool_${at}`);
});
