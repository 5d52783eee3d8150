import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RegexPIIScanner } from '../../../../src/pii/regex-pii-scanner.js';
import { scanValue, type Hit } from '../../../../src/pii/scan-value.js';
import { redactText, redactValue } from '../../../../src/pii/redact.js';
import { body, found, typesIn } from '../../support.js';
import { asJson, asTags } from './support.js';

const scanner = new RegexPIIScanner();
const CARD = ['4111', '1111', '1111', '1111'];
const KEY = `AKIA${body(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;

describe('values behind hostile text', () => {
  test.each([
    ['a zero-width space', '\u200b'],
    ['two of them', '\u200b\u200c'],
    ['tags', asTags('x')],
    ['an override', '\u202e'],
    ['a colour', '\u001b[31m'],
    ['a reset', '\u001b[0m'],
    ['a link', '\u001b]8;;https://example.com/\u0007'],
    ['NUL', '\u0000'],
    ['a soft hyphen', '\u00ad'],
  ])('are found with %s between their parts', (_, between) => {
    const number = CARD.join(between);
    expect(found(`card ${number} paid`)).toContain(`credit_card:${number}`);
    expect(redactText(`card ${number} paid`, scanner.scan(`card ${number} paid`))).toBe('card ##CREDIT_CARD## paid');
  });

  test('are found where JSON text writes both', () => {
    expect(typesIn(asJson({ card: CARD.join('\u200b\u200c') }))).toContain('credit_card');
    expect(typesIn(asJson({ note: `\u001b[31m${KEY}` }))).toEqual(['ansi_escape', 'aws_key']);
  });

  test('are found directly behind a colour, apart from it', () => {
    expect(found(`\u001b[31m${KEY}\u001b[0m`)).toEqual([
      `ansi_escape:\u001b[31m`,
      `aws_key:${KEY}`,
      'ansi_escape:\u001b[0m',
    ]);
  });

  test('are what a sequence holds', () => {
    expect(typesIn(`\u001b]0;${CARD.join(' ')}\u0007`)).toEqual(['ansi_escape', 'credit_card']);
    expect(typesIn(`\u001b]52;c;${KEY}\u001b\\`)).toEqual(['ansi_escape', 'aws_key']);
  });

  test('are secrets by their key, whatever is in them', () => {
    const hits = scanValue({ password: 'x7Kp\u200b2m9q' }, scanner, {
      direction: 'output',
      tool: 'read',
    }) as readonly Hit[];
    expect(hits.map(({ findings }) => findings.map(({ category }) => category))).toEqual([['secret', 'text']]);
    expect(redactValue({ password: 'x7Kp\u200b2m9q' }, hits, () => true)).toEqual({ password: '##PASSWORD##' });
  });
});

test('words are words behind the escapes of JSON text', () => {
  expect(typesIn(JSON.stringify({ a: `one\n${KEY}\t${KEY}` }))).toEqual(['aws_key', 'aws_key']);
});

test('what was redacted holds nothing hostile any more', () => {
  const part = fc.constantFrom(
    ...['\u200b', '\u200c', '\u200d', '\ufeff', '\ufe0f', '\u202e', asTags('a'), '\u001b'],
    ...['\u001b[31m', '\u001b]0;', '\u0007', '[31m', ']', '\u0000', 'a', '1', ' ', '\n', '\u05d0', '\u{1f468}'],
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      expect(typesIn(redactText(text, scanner.scan(text)))).toEqual([]);
    }),
    { numRuns: 1500 },
  );
});
