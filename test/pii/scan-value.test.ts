import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding, PIIScanner, ScanContext } from '../../src/call/finding.js';
import { RegexPIIScanner } from '../../src/pii/regex-pii-scanner.js';
import { type Hit, scanValue } from '../../src/pii/scan-value.js';
import { redactValue } from '../../src/pii/redact.js';
import { finding, keysTo } from './support.js';

const scanner = new RegexPIIScanner();
const OPTIONS = { direction: 'output', tool: 'read' } as const;
const EMAIL = 'bob@example.com';

/** A scanner of somebody's own, which the walk cannot take for the built-in one. */
const foreign = (scan: PIIScanner['scan'] = (text) => scanner.scan(text)): PIIScanner => ({ scan });

const scan = (value: unknown, by: PIIScanner = scanner): readonly Hit[] => {
  const hits = scanValue(value, by, OPTIONS);
  if (hits instanceof Promise) {
    throw new Error('a promise');
  }
  return hits;
};
const places = (hits: readonly Hit[]): unknown[] =>
  hits.map(({ kind, place, findings }) => [kind, keysTo(place), findings[0]?.path]);

describe.each([
  ['the built-in scanner', scanner],
  ['a scanner of somebody’s own', foreign()],
])('with %s', (_, by) => {
  test('finds strings wherever they stand', () => {
    const value = { content: [{ type: 'text', text: `to ${EMAIL}` }], a: { 'b c': { d: [[EMAIL]] } } };
    expect(places(scan(value, by))).toEqual([
      ['value', ['content', 0, 'text'], '$.content[0].text'],
      ['value', ['a', 'b c', 'd', 0, 0], '$.a["b c"].d[0][0]'],
    ]);
    expect(scan(value, by)[0]?.findings).toEqual([
      { type: 'email', category: 'pii', start: 3, end: 18, confidence: 0.9, path: '$.content[0].text' },
    ]);
  });

  test('takes a bare value', () => {
    expect(places(scan(EMAIL, by))).toEqual([['value', [], '$']]);
    expect(places(scan(4111111111111111, by))).toEqual([['value', [], '$']]);
    expect([scan(null, by), scan(true, by), scan(undefined, by), scan(12, by), scan([], by), scan({}, by)]).toEqual(
      Array(6).fill([]),
    );
  });

  test('finds long integers, and no other numbers', () => {
    expect(places(scan({ n: 4111111111111111, m: 41111111.5, k: 5 }, by))).toEqual([['value', ['n'], '$.n']]);
  });

  test('finds keys, and writes none of them into a path', () => {
    const hits = scan({ [EMAIL]: { inner: EMAIL }, [`to ${EMAIL}`]: 1 }, by);
    expect(places(hits)).toEqual([
      ['key', [EMAIL], '$["##EMAIL##"]'],
      ['value', [EMAIL, 'inner'], '$["##EMAIL##"].inner'],
      ['key', [`to ${EMAIL}`], '$["##EMAIL##"]'],
    ]);
  });

  test('writes a long key once and short, however much is found below it', () => {
    const hits = scan({ ['k'.repeat(300_000)]: Array<string>(20_000).fill('a@bc.de') }, by);
    expect(hits).toHaveLength(20_000);
    expect(hits[19_999]?.findings[0]?.path).toBe(`$["${'k'.repeat(64)}…"][19999]`);
    expect(hits.every(({ place }) => place?.parent === hits[0]?.place?.parent)).toBe(true);
  });

  test('reads every item of a list, whatever members the list brings', () => {
    const list = Object.assign(['x', EMAIL], { forEach: () => undefined });
    expect(places(scan(list, by))).toEqual([['value', [1], '$[1]']]);
  });

  test('finds own members of any name', () => {
    const value: unknown = JSON.parse(`{"__proto__":"${EMAIL}","constructor":"${EMAIL}"}`);
    expect(scan(value, by).map(({ place }) => keysTo(place))).toEqual([['__proto__'], ['constructor']]);
  });
});

describe('the built-in scanner', () => {
  test('reads a member with its name, as it would in JSON text', () => {
    expect(scan({ password: 'hunter2' })[0]?.findings[0]).toMatchObject({ type: 'password', start: 0, end: 7 });
    expect(scan({ ssn: '123456789' })[0]?.findings[0]).toMatchObject({ type: 'ssn', start: 0, end: 9 });
    expect(scan({ phone: 4155550132 })[0]?.findings[0]).toMatchObject({ type: 'phone', start: 0, end: 10 });
    expect(scan({ clientSecret: 'abcd1234efgh' })[0]?.findings[0]).toMatchObject({ type: 'secret' });
    expect(scan({ dateOfBirth: '1980-03-12' })[0]?.findings[0]).toMatchObject({ type: 'date_of_birth', start: 0 });
    expect(scan({ routing_number: '021000021' })[0]?.findings[0]).toMatchObject({ type: 'bank_routing', end: 9 });
    expect(scan({ passport_number: 'C01X00T47' })[0]?.findings[0]).toMatchObject({ type: 'passport', end: 9 });
    expect(scan({ ssn: `123456789${' '.repeat(80)}` })[0]?.findings[0]).toMatchObject({ type: 'ssn', end: 9 });
    expect(scan({ sku: '415-555-0132', created: '1980-03-12' })).toEqual([]);
    expect(
      scan({ order: '123456789', nextPageToken: 'abcd1234efgh', token_count: 4155550132, password: null }),
    ).toEqual([]);
  });

  test('honours its options there too', () => {
    expect(scan({ password: 'hunter2' }, new RegexPIIScanner({ exclude: ['password'] }))).toEqual([]);
  });

  test('remembers no more keys than it may', () => {
    const keys = Array.from({ length: 5_000 }, (_, at): [string, string] => [`key${at}`, EMAIL]);
    const value = { ...Object.fromEntries(keys), [EMAIL]: 1 };
    expect(scan(value)).toHaveLength(5_001);
    expect(scan(value)).toHaveLength(5_001);
  });

  test('is asked itself where somebody has extended it', () => {
    class Own extends RegexPIIScanner {
      override scan(): readonly Finding[] {
        return [];
      }
    }
    expect(scan({ a: EMAIL }, new Own())).toEqual([]);
  });
});

describe('a scanner of somebody’s own', () => {
  test('is told where each text stands', () => {
    const contexts: [string, ScanContext | undefined][] = [];
    scan(
      { a: ['x'] },
      foreign((text, context) => (contexts.push([text, context]), [])),
    );
    expect(contexts).toEqual([
      ['a', { path: '$.a', direction: 'output', tool: 'read' }],
      ['x', { path: '$.a[0]', direction: 'output', tool: 'read' }],
    ]);
    expect(contexts[0]?.[1]).not.toBe(contexts[1]?.[1]);
  });

  test('may answer later, or now and then', async () => {
    const later = foreign((text) => (text === EMAIL ? Promise.resolve(scanner.scan(text)) : scanner.scan(text)));
    const hits = scanValue({ a: EMAIL, [EMAIL]: [EMAIL] }, later, OPTIONS);
    expect(hits).toBeInstanceOf(Promise);
    expect(places(await hits)).toEqual([
      ['value', ['a'], '$.a'],
      ['key', [EMAIL], '$["##EMAIL##"]'],
      ['value', [EMAIL, 0], '$["##EMAIL##"][0]'],
    ]);
  });

  test('is told a short path, and never a key that it found something in', () => {
    const paths: (string | undefined)[] = [];
    const tell: PIIScanner['scan'] = (text, context) => (paths.push(context?.path), scanner.scan(text));
    scan({ ['k'.repeat(300_000)]: [1, 'x'], [EMAIL]: { a: 'y' } }, foreign(tell));
    const long = `$["${'k'.repeat(64)}…"]`;
    expect(paths).toEqual([long, `${long}[1]`, `$["${EMAIL}"]`, '$["##EMAIL##"].a', '$["##EMAIL##"].a']);
  });

  test('may find more in one text than a stack holds arguments', () => {
    const every = foreign((text) => Array.from(text, (_, at) => finding('name', at, at + 1)));
    const hits = scan(['x'.repeat(200_000)], every);
    expect(hits[0]?.findings).toHaveLength(200_000);
    expect(redactValue(['x'.repeat(200_000)], hits, () => true)).toEqual(['##NAME##'.repeat(200_000)]);
  });

  test('says nothing of the value beyond the known fields', () => {
    const chatty = foreign(() => [{ ...finding('name', 0, 1), value: 'secret', path: 'secret' } as Finding]);
    expect(scan('x', chatty)[0]?.findings).toEqual([{ ...finding('name', 0, 1), path: '$' }]);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 0],
    ['an object', {}],
    ['a text', 'clean'],
    ['null in the list', [null]],
    ['a gap in the list', Array(1)],
    ['a list that maps itself to nothing', Object.assign([null], { map: () => [] })],
    ['no type', [{ start: 0, end: 1 }]],
    ['a type that is no text', [{ type: 1, start: 0, end: 1 }]],
    ['a start before the text', [{ type: 'a', start: -1, end: 1 }]],
    ['an end behind the text', [{ type: 'a', start: 0, end: 3 }]],
    ['an end before the start', [{ type: 'a', start: 1, end: 0 }]],
    ['NaN', [{ type: 'a', start: NaN, end: 1 }]],
    ['a fraction', [{ type: 'a', start: 0.5, end: 1 }]],
    ['a text for an offset', [{ type: 'a', start: '0', end: 1 }]],
  ])('has failed where it answers with %s', async (_, answer) => {
    const message = 'the scanner answered with something that is not a list of findings';
    expect(() =>
      scan(
        'xy',
        foreign(() => answer as never),
      ),
    ).toThrow(message);
    await expect(
      scanValue(
        'xy',
        foreign(async () => answer as never),
        OPTIONS,
      ),
    ).rejects.toThrow(message);
  });

  test('has failed where it throws, whatever else is under way', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const broken = foreign((text) => {
      if (text === 'throw') {
        throw new Error('broken');
      }
      return Promise.reject(new Error('later'));
    });
    expect(() => scanValue(['x', 'y', 'throw'], broken, OPTIONS)).toThrow('broken');
    await expect(scanValue(['x', 'y'], broken, OPTIONS)).rejects.toThrow('later');
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('gives the same answer at once and later', async () => {
    const text = fc.oneof(fc.string(), fc.constantFrom(EMAIL, `x ${EMAIL}`, '123-45-6789', '4111111111111111'));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    }));
    await fc.assert(
      fc.asyncProperty(value, async (json) => {
        const now = scan(json, foreign());
        expect(
          await scanValue(
            json,
            foreign(async (each) => scanner.scan(each)),
            OPTIONS,
          ),
        ).toEqual(now);
        expect(scan(json)).toEqual(now);
      }),
    );
  });
});

describe('what stands one level below the name of a secret', () => {
  const places = async (value: unknown): Promise<(string | undefined)[]> => {
    const hits = await scanValue(value, new RegexPIIScanner(), { direction: 'input', tool: 't' });
    return hits.flatMap(({ findings }) => findings.map(({ path }) => path));
  };

  test.each([
    [{ password: ['S3cr3t!pw', '0ther#pw9'] }, ['$.password[0]', '$.password[1]']],
    [{ password: { value: 'S3cr3t!pw', type: 'string' } }, ['$.password.value']],
    [{ password: [{ value: 'S3cr3t!pw' }] }, ['$.password[0].value']],
    [{ password: 482_913 }, ['$.password']],
    [{ password: [1234] }, ['$.password[0]']],
    [{ password: 12 }, []],
    [{ count: 482_913 }, []],
    [{ errors: { password: ['is too short', 'must have 8 characters'] } }, []],
    [{ colour: { value: 'S3cr3t!pw' } }, []],
  ])('%j', async (value, paths) => {
    expect(await places(value)).toEqual(paths);
  });
});
