import { expect, test } from '@jest/globals';
import { CharacterAnchors } from '../../src/pii/character-anchors.js';
import type { Anchor, Detector } from '../../src/pii/detector.js';

const detector = (anchor: Anchor): Detector => ({ types: ['x'], category: 'text', anchor, detect: (_, at) => at });
const at = (characters: string, more: object = {}): Detector => detector({ at: 'character', characters, ...more });
const asked = (anchors: CharacterAnchors, text: string, index: number): number =>
  anchors.asked(text, index, text.charCodeAt(index));

test('asks each detector of a character, and no other', () => {
  const [colon, both, at3] = [at(':'), at(':-'), at('@')];
  const anchors = new CharacterAnchors([colon, both, at3, detector({ at: 'mixed' })]);
  expect(anchors.codes.map((code) => String.fromCharCode(code))).toEqual(['-', ':', '@']);
  expect(anchors.detectorsOf(0x3a)).toEqual([colon, both]);
  expect(asked(anchors, ':', 0)).toBe(0b11);
  expect(asked(anchors, '-', 0)).toBe(0b1);
});

test('asks by the neighbours', () => {
  const anchors = new CharacterAnchors([at(':'), at(':', { before: 'ab' }), at(':', { behind: '1' })]);
  expect(asked(anchors, 'a:1', 1)).toBe(0b111);
  expect(asked(anchors, 'c:1', 1)).toBe(0b101);
  expect(asked(anchors, 'b:2', 1)).toBe(0b011);
  expect(asked(anchors, ':', 0)).toBe(0b001);
  expect(asked(anchors, 'é:é', 1)).toBe(0b001);
});

test('asks where the character stands again', () => {
  const anchors = new CharacterAnchors([at('-', { again: 3 }), at('-')]);
  expect(asked(anchors, 'ab-cd-ef', 2)).toBe(0b11);
  expect(asked(anchors, 'ab-cdef', 2)).toBe(0b10);
  expect(asked(anchors, 'ab-c', 2)).toBe(0b10);
});

test('takes characters that are not ASCII', () => {
  const anchors = new CharacterAnchors([at('\u200b')]);
  expect(asked(anchors, 'a\u200bb', 1)).toBe(1);
});

test('refuses what it has no room for', () => {
  expect(() => new CharacterAnchors(Array.from({ length: 32 }, () => at(':')))).toThrow(RangeError);
  expect(() => new CharacterAnchors([at(':', { again: 3 }), at(':', { again: 5 })])).toThrow(RangeError);
});
