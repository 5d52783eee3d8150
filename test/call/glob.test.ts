import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileGlob, isGlob } from '../../src/call/glob.js';

/** A reference that is slow and plainly right: it tries every way there is. */
function naive(pattern: readonly string[], name: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return name.length === 0;
  if (first === '*') return naive(rest, name) || (name.length > 0 && naive(pattern, name.slice(1)));
  const [character, ...others] = name;
  if (character === undefined) return false;
  const close = first === '[' ? pattern.indexOf(']', 2) : -1;
  if (close > 0) return naiveClass(pattern.slice(1, close), character) && naive(pattern.slice(close + 1), others);
  return (first === '?' || first === character) && naive(rest, others);
}

function naiveClass(body: readonly string[], character: string): boolean {
  const negated = body[0] === '!' && body.length > 1;
  const rest = negated ? body.slice(1) : [...body];
  const point = character.codePointAt(0)!;
  let inside = false;
  while (rest.length > 0) {
    const from = rest.shift()!;
    if (rest[0] === '-' && rest.length > 1) {
      const [, to] = rest.splice(0, 2);
      inside ||= from.codePointAt(0)! <= point && point <= to!.codePointAt(0)!;
    } else {
      inside ||= from === character;
    }
  }
  return inside !== negated;
}

const characters = (alphabet: string, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...Array.from(alphabet)), { maxLength }).map((each) => each.join(''));

describe('compileGlob', () => {
  test('agrees with a naive matcher on every pattern and name', () => {
    fc.assert(
      fc.property(characters('ab-]![*?😀', 9), characters('ab-]![*?😀', 7), (pattern, name) => {
        expect(compileGlob(pattern)(name)).toBe(naive(Array.from(pattern), Array.from(name)));
      }),
      { numRuns: 3000 },
    );
  });

  test('a pattern without a glob character matches itself alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, name) => {
        fc.pre(!isGlob(pattern));
        expect(compileGlob(pattern)(pattern)).toBe(true);
        expect(compileGlob(pattern)(name)).toBe(pattern === name);
      }),
    );
  });

  test('any name is matched by itself with a star put in anywhere', () => {
    fc.assert(
      fc.property(characters('abc.:_', 8), characters('abc.:_', 8), (left, right) => {
        expect(compileGlob(`${left}*${right}`)(left + right)).toBe(true);
        expect(compileGlob(`${left}**${right}`)(`${left}x${right}`)).toBe(true);
      }),
    );
  });

  test.each([
    ['delete_*', 'delete_file', true],
    ['delete_*', 'undelete_file', false],
    ['*', '', true],
    ['?', '', false],
    ['?', '😀', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[!a-c]x', '\u{10ffff}x', true],
    ['[z-a]', 'm', false],
    ['[a-]', '-', true],
    ['[]]', ']', true],
    ['[!]', '!', true],
    ['a[b', 'a[b', true],
    ['[]', '[]', true],
    ['Delete_*', 'delete_file', false],
    ['*.*', '__proto__', false],
  ])('%s on %s: %s', (pattern, name, matches) => {
    expect(compileGlob(pattern)(name)).toBe(matches);
  });

  test('many stars cost steps, not an explosion', () => {
    // With the naive matcher this would take longer than the universe has been around.
    expect(compileGlob(`${'a*'.repeat(60)}b`)('a'.repeat(20_000))).toBe(false);
  });
});

test('isGlob tells a pattern from a name', () => {
  expect(['a*', 'a?', '[a]', '['].every(isGlob)).toBe(true);
  expect(['', 'search', 'a]b', 'a!b', 'a-b'].some(isGlob)).toBe(false);
});
