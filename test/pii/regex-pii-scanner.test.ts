import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '../../src/errors/config-error.js';
import { redactText } from '../../src/pii/redact.js';
import { RegexPIIScanner } from '../../src/pii/regex-pii-scanner.js';
import { type Hit, scanValue } from '../../src/pii/scan-value.js';
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

  test('are sorted, within the text, and apart from their kind, whatever the text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        let last = 0;
        const ends = new Map<string, number>();
        for (const { type, category, start, end, confidence } of scanner.scan(text)) {
          const kind = category === 'pii' ? type : category;
          expect(start).toBeGreaterThanOrEqual(Math.max(last, ends.get(kind) ?? 0));
          ends.set(kind, end);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(confidence).toBeGreaterThan(0);
          expect(confidence).toBeLessThanOrEqual(1);
          last = start;
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

  test.each([
    [{ types: ['e-mail'] }, "There is no type of finding called 'e-mail'. Did you mean 'email'?"],
    [{ exclude: ['nope_nope_nope'] }, "There is no type of finding called 'nope_nope_nope'. RegexPIIScanner.types"],
    [{ typs: ['email'] }, "RegexPIIScanner: unknown option 'typs'. Did you mean 'types'?"],
    [{ detectors: [{ type: 'x', patern: 'a' }] }, 'RegexPIIScanner.detectors.0.pattern: must be a text or a RegExp'],
    [{ detectors: [{ type: 'x', pattern: 'a', valdate: 1 }] }, "unknown option 'valdate'. Did you mean 'validate'?"],
    [{ detectors: [{ type: 'Badge No', pattern: 'a' }] }, 'must be in lower snake case, as in employee_id'],
    [{ detectors: [{ type: 'x', pattern: '(?=a)' }] }, 'detectors: x: the pattern cannot be run'],
    [{ allow: [/(a)\1/] }, 'allow: the pattern cannot be run'],
  ])('that cannot be right are refused: %j', (options, message) => {
    expect(() => new RegexPIIScanner(options as never)).toThrow(ConfigError);
    expect(() => new RegexPIIScanner(options as never)).toThrow(message);
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

describe('own detectors', () => {
  const own = new RegexPIIScanner({
    detectors: [{ type: 'badge', pattern: '\\b\\d{6}\\b', keywords: ['badge'] }],
    exclude: ['ip_address'],
  });
  const scan = (value: unknown) => scanValue(value, own, { direction: 'input', tool: 't' }) as readonly Hit[];

  test('find what they describe besides the built-in types', () => {
    expect(own.scan('badge 123456 of bob@example.com').map(({ type }) => type)).toEqual(['badge', 'email']);
  });

  test('take the name of a member for a keyword', () => {
    expect(scan({ badge: '123456' })[0]?.findings).toEqual([
      { type: 'badge', category: 'pii', start: 0, end: 6, confidence: 0.8, path: '$.badge' },
    ]);
    expect(scan({ badge: 1123456, other: '123456' })).toEqual([]);
  });

  test('read through disguises, too', () => {
    expect(own.scan('badge １２３４５６')).toMatchObject([{ type: 'badge', start: 6, end: 12 }]);
  });

  test('can be chosen and left out like any other', () => {
    const detectors = [{ type: 'badge', pattern: '\\d{6}' }];
    expect(new RegexPIIScanner({ detectors, types: ['badge'] }).scan('123456 bob@example.com')).toHaveLength(1);
    expect(new RegexPIIScanner({ detectors, exclude: ['badge'] }).scan('123456')).toEqual([]);
  });

  test('of a built-in type keep its category', () => {
    const detectors = [{ type: 'api_key', category: 'pii', pattern: 'k-\\d{6}' }] as const;
    expect(new RegexPIIScanner({ detectors }).scan('k-123456')).toMatchObject([
      { type: 'api_key', category: 'secret' },
    ]);
  });
});

describe('allowed values', () => {
  const allowing = new RegexPIIScanner({ allow: ['support@acme.com', /.*@acme\.org/i] });

  test.each([
    ['a whole value', 'support@acme.com', 0],
    ['a pattern', 'Anybody@ACME.org', 0],
    ['in another form', 'support%40acme.com', 0],
    ['behind a name', 'password=support@acme.com', 0],
    ['no part of a value', 'tech-support@acme.com', 1],
    ['no pattern that covers a part', 'bob@acme.org.example', 1],
  ])('are %s', (_, text, count) => {
    expect(allowing.scan(text)).toHaveLength(count);
  });

  test('are allowed under a name that announces a secret', () => {
    const hits = scanValue({ password: 'support@acme.com' }, allowing, { direction: 'input', tool: 't' });
    expect(hits).toEqual([]);
  });
});

describe('disguised values', () => {
  test.each([
    ['percent-encoded', 'to=bob%40example.com&x=1', 'email:bob%40example.com'],
    ['escaped in JSON', String.raw`{"to":"bob\u0040example.com"}`, String.raw`email:bob\u0040example.com`],
    ['in full width', '４１１１１１１１１１１１１１１１', 'credit_card:４１１１１１１１１１１１１１１１'],
    ['with no-break spaces', 'ssn 123\u00a045\u00a06789', 'ssn:123\u00a045\u00a06789'],
    ['with zero-width spaces', '4111\u200b1111\u200b1111\u200b1111', 'credit_card:4111\u200b1111\u200b1111\u200b1111'],
  ])('%s', (_, text, value) => {
    expect(found(text).filter((each) => !each.startsWith('zero_width'))).toEqual([value]);
  });

  test('in base64', () => {
    const run = Buffer.from('mail bob@example.com soon').toString('base64');
    expect(found(`data:text/plain;base64,${run}`)).toEqual([`email:${run}`]);
  });
});

test('a secret does not pass with an address in it that may', () => {
  const types = (value: unknown) =>
    (scanValue(value, scanner, { direction: 'input', tool: 't' }) as readonly Hit[]).flatMap(({ findings }) =>
      findings.map(({ type }) => type),
    );
  expect(types({ password: 'p4ss@w0rd.com' }).sort()).toEqual(['email', 'password']);
  expect(types(Buffer.from('{"email":"a@b.co","password":"x7Kp2m9q"}').toString('base64'))).toEqual(
    expect.arrayContaining(['password', 'email']),
  );
});

describe('JSON in a string', () => {
  test('holds what the value itself would', () => {
    const value = {
      user: { email: 'bob@example.com', ssn: '123456789', password: 'hunter2' },
      list: [{ n: 4111111111111111 }],
    };
    const types = (each: unknown) =>
      (scanValue(each, scanner, { direction: 'output', tool: 't' }) as readonly Hit[])
        .flatMap(({ findings }) => findings.map(({ type }) => type))
        .sort();
    const content = (text: string) => ({ content: [{ type: 'text', text }] });
    expect(types(value)).toEqual(['credit_card', 'email', 'password', 'ssn']);
    expect(types(content(JSON.stringify(value)))).toEqual(types(value));
    expect(types(content(JSON.stringify(value, undefined, 2)))).toEqual(types(value));
    expect(types(content(JSON.stringify({ body: JSON.stringify(value) })))).toEqual(types(value));
  });
});
