import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ALPHANUMERIC, CLASSES, DIGIT } from '../../../../../src/pii/characters.js';
import { ALL_KEYS } from '../../../../../src/pii/detectors/secrets/keys/all-keys.js';
import type { KeyFormat, KeyRun } from '../../../../../src/pii/detectors/secrets/keys/key-format.js';
import { providerKeyDetectors } from '../../../../../src/pii/detectors/secrets/provider-keys.js';
import { Engine } from '../../../../../src/pii/engine.js';
import { found } from '../../../support.js';

const ROWS = ALL_KEYS.map(
  (key, index) => [`${key.provider} ${key.prefixes.join(' ').slice(0, 40)} #${index}`, key, index] as const,
);
const SEEDS = fc.integer({ min: 1, max: 1_000_000 });

describe.each(ROWS)('%s', (_, key, index) => {
  const before = ALL_KEYS.slice(0, index).reduce((count, { prefixes }) => count + prefixes.length, 0);
  const own = providerKeyDetectors.slice(before, before + key.prefixes.length);
  const engine = new Engine(own, new Set([key.type]));
  const lastRun = key.parts.findLast((part): part is KeyRun => typeof part !== 'string') as KeyRun;

  test('finds what its description says', () => {
    fc.assert(
      fc.property(fc.constantFrom(...key.prefixes), SEEDS, fc.nat({ max: 20 }), (prefix, seed, more) => {
        const value = prefix + bodyOf(key, seed, more);
        expect(found(`use ${value} now`)).toEqual([`${key.type}:${value}`]);
      }),
      { numRuns: 5 },
    );
  });

  test('finds nothing that is shorter, longer or part of a word', () => {
    fc.assert(
      fc.property(fc.constantFrom(...key.prefixes), SEEDS, (prefix, seed) => {
        if (lastRun.shortest > 0) {
          expect(engine.scan(prefix + bodyOf(key, seed, -1))).toEqual([]);
        }
        if (lastRun.longest !== Infinity) {
          expect(engine.scan(`${prefix}${bodyOf(key, seed, 1_000)}Z`)).toEqual([]);
        }
        expect(engine.scan(`x${key.prefixes[0] as string}${bodyOf(key, seed, 0)}`)).toEqual([]);
      }),
      { numRuns: 3 },
    );
  });
});

/** The parts of a key in characters that look random; the last run is so much longer than it has to be. */
function bodyOf(key: KeyFormat, seed: number, more: number): string {
  const last = key.parts.findLastIndex((part) => typeof part !== 'string');
  let state = seed;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return key.parts
    .map((part, index) => {
      if (typeof part === 'string') {
        return part;
      }
      const length = index === last ? Math.min(part.longest, part.shortest + more) : part.shortest;
      return Array.from({ length }, (_, at) => characterOf(part, at === 0 || at === length - 1, next, at)).join('');
    })
    .join('');
}

/** Digits come regularly, and the first and the last character are no sign that could belong to the text around. */
function characterOf(run: KeyRun, isEdge: boolean, next: (below: number) => number, at: number): string {
  const wanted = at % 4 === 1 ? DIGIT : isEdge ? ALPHANUMERIC : ~0;
  const characters = charactersOf(run.characters & wanted) || charactersOf(run.characters);
  return characters.charAt(next(characters.length));
}

function charactersOf(bits: number): string {
  return Array.from({ length: 128 }, (_, code) =>
    ((CLASSES[code] as number) & bits) !== 0 ? String.fromCharCode(code) : '',
  ).join('');
}
