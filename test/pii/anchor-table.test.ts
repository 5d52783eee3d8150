import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AnchorTable, AT_CHARACTER, AT_LONG_WORD, COLUMN_BITS, FIRST_STOP } from '../../src/pii/anchor-table.js';
import type { Detector } from '../../src/pii/detector.js';

const detector = (...prefixes: string[]): Detector => ({
  types: ['x'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes },
  detect: (_, at) => at,
});
const PREFIXES = ['sk-', 'sk-ant-', 'sk_live_', 'M', 'ey', 'data_nasc', 'pat', 'pat-na1-'];
const table = new AnchorTable([detector(...PREFIXES.slice(0, 3)), detector(...PREFIXES.slice(3))], (code) =>
  ['@', '-', '\u200b'].includes(String.fromCharCode(code)),
);
const asked = (text: string, at = 0): string[] => table.entriesAt(text, at).map(({ prefix }) => prefix);

/** Every stop of a text: where the look-ups stop, beginning anew behind each stop. */
function stopsOf(text: string): string[] {
  const stops: string[] = [];
  let move = 0;
  for (let at = 0; at < text.length; at++) {
    move = table.moves[(move << COLUMN_BITS) | (table.columns[text.charCodeAt(at)] as number)] as number;
    if (move < FIRST_STOP) continue;
    const word = move === AT_LONG_WORD ? 'long word' : 'prefix';
    stops.push(`${at}: ${move === AT_CHARACTER ? text.charAt(at) : word}`);
    move = 0;
  }
  return stops;
}

test('gives the prefixes that begin as the word does, the longest first', () => {
  expect(asked('sk-x')).toEqual(['sk-ant-', 'sk-']);
  expect(asked('sk_x')).toEqual(['sk_live_']);
  expect(asked('xsk_x', 1)).toEqual(['sk_live_']);
});

test('gives a prefix that was read in full whatever follows, and a longer one only where it may follow', () => {
  expect(['M', 'Ma', 'M\u00e9', 'ey', 'eyJ', 'ey\u00e9'].map((text) => asked(text))).toEqual([
    ...Array<string[]>(3).fill(['M']),
    ...Array<string[]>(3).fill(['ey']),
  ]);
  expect([asked('pat'), asked('path'), asked('pat-x')]).toEqual([['pat'], ['pat'], ['pat-na1-', 'pat']]);
});

test('gives nothing for most words, also for those that part from a prefix late', () => {
  expect(['', 's', 'sk', 'sky', 'report', 'x', 'e\u00e9', 'data', 'dates'].map((text) => asked(text))).toEqual(
    Array(9).fill([]),
  );
});

test('stops at digits between words, at anchors and at words of sixteen letters, and nowhere else', () => {
  expect(stopsOf('the report, of 7 people in room b12: bob@example')).toEqual(['15: 7', '40: @']);
  expect(stopsOf('abcdefghijklmno abcdefghijklmnopq')).toEqual(['31: long word']);
  expect(stopsOf('na\u00efve \u200b \u4e2d\u6587')).toEqual(['6: \u200b']);
  expect(stopsOf('a\u00b5sk-')).toEqual(['4: prefix']);
});

test('stops wherever a word begins with a prefix, as a plain search finds it', () => {
  const part = fc.oneof(fc.constantFrom(...PREFIXES), fc.string({ maxLength: 6 }), fc.constantFrom(' ', '_', '\u00e9'));
  const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (each) => {
      for (const prefix of PREFIXES) {
        if (each.startsWith(prefix)) expect(asked(each)).toContain(prefix);
      }
    }),
  );
});
