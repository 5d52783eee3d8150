import type { Finding } from '../../src/call/finding.js';
import { RegexPIIScanner } from '../../src/pii/regex-pii-scanner.js';
import type { Place } from '../../src/pii/value-path.js';

const scanner = new RegexPIIScanner();

/** What the built-in scanner finds, as `type:value`, so that a failure shows both. */
export function found(text: string): string[] {
  return scanner.scan(text).map(({ type, start, end }) => `${type}:${text.slice(start, end)}`);
}

/** The types that the built-in scanner finds. */
export function typesIn(text: string): string[] {
  return scanner.scan(text).map(({ type }) => type);
}

/** A finding of one type, for tests that need no scanner. */
export function finding(type: string, start: number, end: number): Finding {
  return { type, category: 'pii', start, end, confidence: 1 };
}

/** So many signs that look random, from an alphabet: the body of a key that no scanner of this repository knows. */
export function body(
  length: number,
  alphabet = 'abcdefghijklmnopqrstuvwyz0123456789ABCDEFGHIJKLMNOPQRSTUVWYZ',
): string {
  return Array.from({ length }, (_, at) => alphabet.charAt((at * 17 + 5) % alphabet.length)).join('');
}

/** The first or the last line of a key in PEM; put together so that this repository holds no such line. */
export function pemLine(word: 'BEGIN' | 'END', kind: string): string {
  return ['-----', word, ' ', kind, '-----'].join('');
}

/** A place by the keys that lead to it. */
export function placeAt(...keys: (string | number)[]): Place | undefined {
  return keys.reduce<Place | undefined>((parent, key) => ({ parent, key, mask: undefined }), undefined);
}

/** The keys that lead to a place. */
export function keysTo(place: Place | undefined): (string | number)[] {
  return place === undefined ? [] : [...keysTo(place.parent), place.key];
}
