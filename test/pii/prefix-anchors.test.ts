import { expect, test } from '@jest/globals';
import type { Detector } from '../../src/pii/detector.js';
import { PrefixAnchors } from '../../src/pii/prefix-anchors.js';

const detector = (...prefixes: string[]): Detector => ({
  types: ['x'],
  category: 'secret',
  anchor: { at: 'prefix', prefixes },
  detect: (_, at) => at,
});
const anchors = new PrefixAnchors([detector('sk-', 'sk-ant-'), detector('sk_live_'), detector('M'), detector('ey')]);
const asked = (word: string): string[] =>
  anchors.entriesOf(anchors.listAt(word, 0, word.charCodeAt(0))).map(({ prefix }) => prefix);

test('gives the prefixes that begin with the first three characters of a word, the longest first', () => {
  expect(asked('sk-x')).toEqual(['sk-ant-', 'sk-']);
  expect(asked('sk_x')).toEqual(['sk_live_']);
});

test('gives prefixes of one or two characters whatever follows', () => {
  expect(['M', 'Ma', 'Mab', 'M\u00e9'].map(asked)).toEqual([['M'], ['M'], ['M'], []]);
  expect(['ey', 'eyJ', 'ey\u00e9'].map(asked)).toEqual([['ey'], ['ey'], ['ey']]);
});

test('gives nothing for most words', () => {
  expect(['s', 'sk', 'ska', 'sky', 'report', 'x', 'e\u00e9'].map(asked)).toEqual(Array(7).fill([]));
});
