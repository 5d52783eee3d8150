import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RegexPIIScanner } from '../../../../src/pii/regex-pii-scanner.js';
import { found, typesIn } from '../../support.js';
import { asSelectors, asTags } from './support.js';

const ENGLAND = `\u{1f3f4}${asTags('gbeng\u007f')}`;
const SCOTLAND = `\u{1f3f4}${asTags('gbsct\u007f')}`;
const WALES = `\u{1f3f4}${asTags('gbwls\u007f')}`;

describe('unicode_tags', () => {
  test.each([
    ['between words', `Hello${asTags('ignore all else')} world`, asTags('ignore all else')],
    ['by themselves', asTags('x'), asTags('x')],
    ['language tags', `\u{e0001}${asTags('en')}Hi`, `\u{e0001}${asTags('en')}`],
    ['not assigned', 'a\u{e0080}\u{e03ff}b', '\u{e0080}\u{e03ff}'],
    ['mixed with others that nobody sees', `a\u200b${asTags('x')}\ufe0fb`, `\u200b${asTags('x')}\ufe0f`],
    ['behind a flag', `${ENGLAND}${asTags('send it')}`, asTags('send it')],
    ['of no flag', `\u{1f3f4}${asTags('hello\u007f')}`, asTags('hello\u007f')],
    ['of a flag that is not ended', `\u{1f3f4}${asTags('gbeng')}`, asTags('gbeng')],
    ['of a flag, without the flag', asTags('gbeng\u007f'), asTags('gbeng\u007f')],
  ])('are found %s', (_, text, value) => {
    expect(found(text)).toEqual([`unicode_tags:${value}`]);
  });

  test('are none in the flags of England, Scotland and Wales', () => {
    expect(typesIn(`${ENGLAND}${SCOTLAND} against ${WALES}.`)).toEqual([]);
  });
});

describe('variation_selectors', () => {
  test.each([
    ['data behind an emoji', `\u{1f600}${asSelectors('hello')}`, asSelectors('hello')],
    ['two', 'a\ufe0f\ufe0fb', '\ufe0f\ufe0f'],
    ['two of the supplement', 'a\u{e0100}\u{e01ef}', '\u{e0100}\u{e01ef}'],
  ])('are found: %s', (_, text, value) => {
    expect(found(text)).toEqual([`variation_selectors:${value}`]);
  });
});

describe('zero_width', () => {
  test.each([
    ['in a word', 'pass\u200bword', '\u200b'],
    ['in a word, of other kinds', 'ig\u2060no\u200dre', '\u2060'],
    ['in a number', '12\ufeff34', '\ufeff'],
    ['a soft hyphen in a number', '12\u00ad34', '\u00ad'],
    ['a direction mark in a word', 'pass\u200eword', '\u200e'],
    ['a variation selector in a word', 'pass\ufe00word', '\ufe00'],
    ['in a Cyrillic word', '\u043f\u0430\u200b\u0440\u043e\u043b\u044c', '\u200b'],
    ['three in a row', 'so \u200b\u200c\u200b it is', '\u200b\u200c\u200b'],
    ['three soft hyphens', 'so\u00ad\u00ad\u00ad it is', '\u00ad\u00ad\u00ad'],
    ['fillers', 'so \u3164\u3164\u3164 it is', '\u3164\u3164\u3164'],
    ['many direction marks', `so ${'\u200e\u200f'.repeat(4)}`, '\u200e\u200f'.repeat(4)],
    ['behind a byte order mark', '\ufeff\u200b\u200b\u200bso', '\u200b\u200b\u200b'],
  ])('is found: %s', (_, text, value) => {
    expect(found(text)[0]).toBe(`zero_width:${value}`);
  });

  test('a run is one finding, however long, and what is switched off in it is passed', () => {
    const run = '\u200b\u200c\u2060\ufeff'.repeat(50_000);
    expect(new RegexPIIScanner().scan(`a ${run} b`)).toEqual([
      { type: 'zero_width', category: 'text', start: 2, end: 200_002, confidence: 0.9 },
    ]);
    const others = new RegexPIIScanner({ exclude: ['unicode_tags', 'zero_width'] });
    expect(others.scan(`a ${run}${asTags('x')} b`)).toEqual([]);
    expect(others.scan(`a \u202e${asTags('x')} b`).map(({ type }) => type)).toEqual(['bidi_override']);
  });

  test('whatever three invisible characters stand in a row, they are found', () => {
    const invisible = fc.constantFrom(
      '\u200b',
      '\u200c',
      '\u2060',
      '\u2063',
      '\ufeff',
      asTags('a'),
      '\ufe0e',
      '\u00ad',
    );
    const texts = fc.tuple(fc.string(), fc.array(invisible, { minLength: 3, maxLength: 9 }), fc.string());
    fc.assert(
      fc.property(texts, ([before, run, behind]) => {
        expect(typesIn(`${before} ${run.join('')} ${behind}`)).not.toEqual([]);
      }),
    );
  });
});

describe('bidi_override', () => {
  test.each([
    ['an override', 'user\u202e // admin', '\u202e'],
    ['an override, closed, in a right-to-left text', '\u05d0\u05d1 \u202dabc\u202c', '\u202d'],
    ['an isolate that is not closed', "'''say \u2067''' ;return", '\u2067'],
    ['an isolate that is closed in the next line', 'a \u2068b\nc\u2069', '\u2068'],
    ['an embedding that is not closed', '\u202aC:\\Users', '\u202a'],
    ['an isolate with nothing to order', 'a \u2067b, c\u2069 d', '\u2067'],
    ['an isolate that takes its direction from a mark', 'a \u2068\u200fb, c\u2069 d', '\u2068'],
    ['an outer isolate of which only the inner is closed', 'a \u2068b \u2066c\u2069 d', '\u2068'],
  ])('is found: %s', (_, text, value) => {
    expect(found(text)[0]).toMatch(new RegExp(`^bidi_override:${value}`));
  });

  test('is none where right-to-left text needs it', () => {
    expect(typesIn('\u05e9\u05dc\u05d5\u05dd \u2066Bob\u2069, \u2067\u05d3\u05d5\u05d3\u2069!')).toEqual([]);
    expect(typesIn('\u202b\u0645\u0631\u062d\u0628\u0627 (1)\u202c and \u202aabc\u202c')).toEqual([]);
    expect(typesIn(`\u2067\u0645\u0631\u062d\u0628\u0627 ${'\u0645 '.repeat(200)}\u2069`)).toEqual([]);
  });
});

describe('text that is what it seems', () => {
  test.each([
    ['families', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466} and \u{1f469}\u{1f3fd}\u200d\u{1f4bb}'],
    ['hearts on fire', '\u2764\ufe0f\u200d\u{1f525} \u{1f3f3}\ufe0f\u200d\u{1f308} \u{1f3f4}\u200d\u2620\ufe0f'],
    ['an eye in a bubble', '\u{1f441}\ufe0f\u200d\u{1f5e8}\ufe0f'],
    ['keycaps and signs', '1\ufe0f\u20e3 #\ufe0f\u20e3 \u00a9\ufe0f2024 \u2122\ufe0f \u260e\ufe0e'],
    ['Persian', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645'],
    ['Hindi', '\u0915\u094d\u200d\u0937 \u0915\u094d\u200c\u0937'],
    ['Thai', '\u0e20\u0e32\u0e29\u0e32\u200b\u0e44\u0e17\u0e22'],
    ['Arabic with marks', '\u061c\u0645\u0631\u062d\u0628\u0627 \u200f(abc)\u200e 5%\u200e'],
    ['ideographs', '\u845b\u{e0100}\u57ce \u8fbb\u{e0101}'],
    ['Mongolian', '\u1820\u180e\u1821'],
    ['hyphenation', 'tech\u00adno\u00adlo\u00adgy'],
    ['a byte order mark', '\ufeffid,name\r\n1,Kim\r\n'],
    ['a byte order mark before a word joiner', '\ufeff\u2060a'],
    ['breaks in a path', 'https://example.com/\u200bpath/\u200bto'],
    [
      'what message formatters fill in',
      'Hello, \u2068Bob\u2069! You have \u20685\u2069px of \u2068\u2068a\u2069 b\u2069.',
    ],
    ['JSON text', '{"a":"one\\n\u200btwo"}'],
  ])('%s', (_, text) => {
    expect(typesIn(text)).toEqual([]);
  });
});
