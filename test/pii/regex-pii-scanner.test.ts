import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redactText } from '../../src/pii/redact.js';
import { RegexPIIScanner } from '../../src/pii/regex-pii-scanner.js';
import { body, found, pemLine } from './support.js';

const scanner = new RegexPIIScanner();

/** One value of each family, as it may stand in a text. */
const VALUES = [
  'bob@example.com',
  '123-45-6789',
  '4111 1111 1111 1111',
  '+44 20 7946 0958',
  'GB29NWBK60161331926819',
  '192.168.1.10',
  '2001:db8::1',
  'password="hunter2"',
  'token=abcd1234efgh',
  'gh' + 'p_' + body(36),
  ['eyJ' + body(20), body(30), body(30)].join('.'),
  [pemLine('BEGIN', 'PRIVATE KEY'), body(64), pemLine('END', 'PRIVATE KEY')].join('\n'),
];

/** Text dense with the signs that detectors look for. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...VALUES),
      fc.constantFrom(
        '@',
        '.',
        '-',
        ' ',
        ':',
        '::',
        '=',
        '"',
        '\\',
        '\\n',
        '\n',
        '(',
        '+1',
        '://',
        'eyJ',
        'GB29',
        'phone: ',
      ),
      fc.constantFrom(
        'password',
        'token: ',
        'Bearer ',
        'secret="',
        'sk-ant-',
        '1',
        '192.168.',
        '4111',
        'a',
        'é',
        '😀',
        '\ud800',
      ),
      fc.string({ maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''));

describe('findings', () => {
  test('one and the same empty list where there is nothing', () => {
    expect(scanner.scan('')).toBe(scanner.scan('nothing in here'));
    expect(Object.isFrozen(scanner.scan(''))).toBe(true);
  });

  test('come in order, with type, category, offsets and confidence', () => {
    const text = 'b bob@example.com a ' + 'wax' + '_sk_' + body(12);
    expect(scanner.scan(text)).toEqual([
      { type: 'email', category: 'pii', start: 2, end: 17, confidence: 0.9 },
      { type: 'waxell_key', category: 'secret', start: 20, end: text.length, confidence: 0.97 },
    ]);
  });

  test('count in UTF-16 units', () => {
    expect(found('😀😀 bob@example.com 😀')).toEqual(['email:bob@example.com']);
  });

  test('at any place of a long text', () => {
    const filler = 'ordinary words, 12 of them; '.repeat(32_143);
    const text = `${filler}bob@example.com ${filler.slice(0, 100_000)}`;
    expect(text.indexOf('bob@')).toBeGreaterThan(900_000 - 10);
    expect(found(text)).toEqual(['email:bob@example.com']);
  });

  test('of an overlap cover all of it, under the surest name', () => {
    const key = 'gh' + 'p_' + body(36);
    expect(found(`secret="${key}-and-more-1"`)).toEqual([`github_pat:${key}-and-more-1`]);
  });

  test('are sorted, within the text and apart, whatever the text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        let last = 0;
        for (const { start, end, confidence } of scanner.scan(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(confidence).toBeGreaterThan(0);
          expect(confidence).toBeLessThanOrEqual(1);
          last = end;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('are gone once redacted', () => {
    const words = fc.stringMatching(/^[a-z ,.]{0,12}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(words, fc.constantFrom(...VALUES)), { maxLength: 6 }), (parts) => {
        const text = parts.map(([before, value]) => `${before} ${value} `).join('\n');
        const redacted = redactText(text, scanner.scan(text));
        expect(scanner.scan(redacted)).toEqual([]);
        for (const [, value] of parts) {
          expect(redacted).not.toContain(value);
        }
      }),
    );
  });
});

describe('options', () => {
  const text = 'bob@example.com 123-45-6789 password=hunter2';

  test('choose types', () => {
    expect(new RegexPIIScanner({ types: ['ssn'] }).scan(text).map(({ type }) => type)).toEqual(['ssn']);
    expect(new RegexPIIScanner({ exclude: ['ssn'] }).scan(text).map(({ type }) => type)).toEqual(['email', 'password']);
    expect(new RegexPIIScanner({ types: ['ssn', 'email'], exclude: ['ssn'] }).scan(text)).toHaveLength(1);
    expect(new RegexPIIScanner({ types: [] }).scan(text)).toEqual([]);
  });

  test('that are switched off hide nothing of the others', () => {
    const inside = 'password=mail-bob@example.com1 token=abcd1234efgh';
    expect(new RegexPIIScanner({ exclude: ['password'] }).scan(inside).map(({ type }) => type)).toEqual(['token']);
    const key = 'gh' + 'p_' + body(36);
    expect(new RegexPIIScanner({ types: ['github_pat'] }).scan(`password=${key}`)).toHaveLength(1);
  });

  test('name an unknown type and the known ones', () => {
    expect(() => new RegexPIIScanner({ types: ['e-mail'] })).toThrow(TypeError);
    expect(() => new RegexPIIScanner({ types: ['e-mail'] })).toThrow(/"e-mail".*credit_card.*email/);
    expect(() => new RegexPIIScanner({ exclude: ['nope'] })).toThrow(/"nope"/);
  });

  test('are listed', () => {
    expect(RegexPIIScanner.types).toEqual(
      expect.arrayContaining(
        (
          'ssn email phone credit_card iban ip_address password api_key secret aws_key github_pat token private_key jwt ' +
          'waxell_key'
        ).split(' '),
      ),
    );
    expect([...RegexPIIScanner.types].sort()).toEqual(RegexPIIScanner.types);
  });
});
