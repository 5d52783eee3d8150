import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOSTILE_UNITS, hostileUnit, repeated } from '../../bench/fixtures/hostile.js';
import type { Detector } from '../../src/pii/detector.js';
import { ALL_DETECTORS } from '../../src/pii/detectors/all-detectors.js';
import { Engine } from '../../src/pii/engine.js';
import { RegexPIIScanner } from '../../src/pii/regex-pii-scanner.js';
import { countReads } from './reads.js';

const LENGTH = 2_048;
/** Bounds for any text whatever, nearly twice what a search found; a detector that reads on from every sign is beyond them. */
const MOST_CALLS = 8;
const MOST_READS = 400;
const MOST_GROWTH = 4.4;

const scanner = new RegexPIIScanner();

/** How often detectors are asked, for each character of a text. */
function callsPerCharacter(text: string): number {
  let calls = 0;
  const counting = ALL_DETECTORS.map((detector): Detector => ({
    types: detector.types,
    category: detector.category,
    anchor: detector.anchor,
    detect(...args) {
      calls += 1;
      return detector.detect(...args);
    },
  }));
  new Engine(counting, new Set(RegexPIIScanner.types)).scan(text);
  return calls / text.length;
}

/** How often each character of a text is read, on average. */
function readsPerCharacter(unit: string, length: number): number {
  const text = repeated(unit, length);
  return countReads(() => scanner.scan(text)).reads / text.length;
}

function expectBounded(unit: string): void {
  const once = readsPerCharacter(unit, LENGTH);
  expect(callsPerCharacter(repeated(unit, LENGTH))).toBeLessThanOrEqual(MOST_CALLS);
  expect(once).toBeLessThanOrEqual(MOST_READS);
  expect((4 * readsPerCharacter(unit, 4 * LENGTH)) / once).toBeLessThanOrEqual(MOST_GROWTH);
}

describe('the work on a text is proportional to its length', () => {
  test.each(HOSTILE_UNITS.map((unit) => [JSON.stringify(unit), unit]))('%s again and again', (_title, unit) => {
    expectBounded(unit);
  });

  test('whatever is repeated', () => {
    fc.assert(fc.property(hostileUnit, expectBounded), { numRuns: 300 });
  });

  test('and counting would have noticed', () => {
    const text = 'a'.repeat(1_000);
    expect(countReads(() => Array.from(text, (_sign, at) => text.slice(at))).reads).toBeGreaterThan(400_000);
    expect(countReads(() => /b/.test(text)).reads).toBe(1_000);
    expect(countReads(() => text.indexOf('b')).reads).toBeGreaterThanOrEqual(1_000);
  });
});
