import { expect, test } from '@jest/globals';
import { Disguise, mayHide } from '../../src/pii/disguises.js';

test.each([
  ['a percent-encoded sign', 'bob%40x', 3],
  ['an escape for a sign that needs none', String.raw`a\u003db`, 1],
  ['an escaped slash', String.raw`a\/b`, 1],
  ['a full-width digit', ' ４', 1],
  ['a zero-width space in a word', 'a\u200bb', 1],
  ['a soft hyphen in a word', '4111\u00ad1111', 4],
  ['a tag in a word', 'a\u{e0041}b', 1],
  ['a no-break space before a digit', '123\u00a045', 3],
  ['an en dash before a digit', '415–555', 3],
])('%s may hide a value', (_, text, at) => {
  expect(mayHide(text, at)).toBe(true);
});

test.each([
  ['a zero-width joiner between emoji', '👩\u200d👩', 2],
  ['a variation selector behind an emoji', '❤\ufe0f a', 1],
  ['a no-break space before a word', 'a\u00a0b', 1],
  ['an en dash between words', 'a – b', 2],
  ['a percent sign', '5% of', 1],
  ['an escaped quotation mark', String.raw`\"`, 0],
  ['an escaped line feed', String.raw`\n`, 0],
  ['a letter', 'a', 0],
])('%s hides nothing', (_, text, at) => {
  expect(mayHide(text, at)).toBe(false);
});

test('a disguise has an end and what is read for it', () => {
  const disguise = new Disguise();
  expect(disguise.read('%41', 0)).toBe(true);
  expect(disguise).toMatchObject({ end: 3, plain: 0x41 });
  expect(disguise.read('\u{e0041}', 0)).toBe(true);
  expect(disguise).toMatchObject({ end: 2, plain: undefined });
  expect(disguise.read('a', 0)).toBe(false);
});
