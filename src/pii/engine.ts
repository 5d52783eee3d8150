import type { Finding, FindingCategory } from '../call/finding.js';
import { ALPHANUMERIC, CLASSES, DIGIT, LETTER } from './characters.js';
import type { Detector, Report } from './detector.js';
import { NumberGroups } from './number-groups.js';
import { withoutOverlaps } from './overlaps.js';

const NOTHING: readonly Finding[] = Object.freeze([]);
const BACKSLASH = 0x5c;
const PLUS = 0x2b;
const SHORTEST_NUMBER = 7;

const SKIP = 0;
const WORD = 1;
const NUMBER = 2;
const ANCHOR = 3;
const ESCAPE = 4;

interface PrefixEntry {
  readonly prefix: string;
  /** The code of the third character, looked at before the rest; 0 where there is none. */
  readonly third: number;
  readonly detector: Detector;
}

interface CharacterEntry {
  /** The code of the character that has to follow; 0 where any may. */
  readonly next: number;
  readonly detector: Detector;
}

/**
 * Finds what a set of detectors looks for, in one pass over a text.
 *
 * Each character is looked up once in a table; only where an anchor stands is a detector asked, and where a word begins
 * its first two letters choose the few detectors worth asking. Adding a provider's key therefore costs nothing for text
 * that has no word with its first two letters.
 */
export class Engine {
  readonly #kinds = new Uint8Array(65_536);
  readonly #characters: (readonly CharacterEntry[])[] = [];
  readonly #numbers: readonly Detector[];
  /** Which list of prefixes begins with two given characters, by `pairOf`; 0 for none. Small, to stay in the cache. */
  readonly #pairs = new Uint16Array(64 * 128);
  readonly #prefixes: PrefixEntry[][] = [[]];
  readonly #groups = new NumberGroups();
  readonly #report: Report;
  #found: Finding[] | undefined;

  constructor(detectors: readonly Detector[], types: ReadonlySet<string>) {
    const active = detectors.filter((detector) => detector.types.some((type) => types.has(type)));
    const categories = new Map<string, FindingCategory>();
    for (const detector of active) {
      detector.types.filter((type) => types.has(type)).forEach((type) => categories.set(type, detector.category));
    }
    this.#report = (type, start, end, confidence) => {
      const category = categories.get(type);
      if (category === undefined) {
        return false;
      }
      (this.#found ??= []).push({ type, category, start, end, confidence });
      return true;
    };
    this.#numbers = active.filter((detector) => detector.anchor.at === 'number');
    this.#fillTables(active);
  }

  /** All findings in a text, in order and without overlaps. */
  scan(text: string): readonly Finding[] {
    this.#found = undefined;
    const kinds = this.#kinds;
    const pairs = this.#pairs;
    const length = text.length;
    let at = 0;
    while (at < length) {
      const code = text.charCodeAt(at);
      switch (kinds[code]) {
        case WORD: {
          const second = at + 1 < length ? text.charCodeAt(at + 1) : 0;
          // Most words begin like no secret: they are stepped over here, where no call is needed.
          if (second < 128 && pairs[pairOf(code, second)] !== 0) at = this.#atWord(text, at, code);
          else at = endOfWord(text, at + 1);
          break;
        }
        case NUMBER:
          at = this.#atNumber(text, at);
          break;
        case ANCHOR:
          at = this.#atCharacter(text, at, code);
          break;
        case ESCAPE:
          at = afterEscape(text, at);
          break;
        default:
          at += 1;
      }
    }
    const found = this.#found as Finding[] | undefined;
    this.#found = undefined;
    return found === undefined ? NOTHING : withoutOverlaps(found);
  }

  #atWord(text: string, at: number, code: number): number {
    const end = this.#atPrefix(text, at, code);
    if (end > at) {
      return Math.max(end, this.#namedValue(text, at));
    }
    return endOfWord(text, at + 1);
  }

  #atPrefix(text: string, at: number, code: number): number {
    const length = text.length;
    const second = at + 1 < length ? text.charCodeAt(at + 1) : 0;
    const list = second < 128 ? (this.#pairs[pairOf(code, second)] as number) : 0;
    if (list !== 0) {
      const third = at + 2 < length ? text.charCodeAt(at + 2) : 0;
      for (const entry of this.#prefixes[list] as PrefixEntry[]) {
        if ((entry.third === 0 || entry.third === third) && text.startsWith(entry.prefix, at)) {
          const end = entry.detector.detect(text, at, this.#report, this.#groups);
          if (end > at) {
            return end;
          }
        }
      }
    }
    return at;
  }

  #atNumber(text: string, at: number): number {
    const groups = this.#groups;
    groups.read(text, at);
    const end = groups.end(0);
    if (groups.count > 1 || end - at >= SHORTEST_NUMBER || text.charCodeAt(at - 1) === PLUS) {
      for (const detector of this.#numbers) {
        const behind = detector.detect(text, at, this.#report, groups);
        if (behind > at) {
          return behind;
        }
      }
    }
    return endOfWord(text, end);
  }

  #atCharacter(text: string, at: number, code: number): number {
    const next = text.charCodeAt(at + 1);
    const entries = this.#characters[code] as readonly CharacterEntry[];
    for (let index = 0; index < entries.length; index += 1) {
      const entry = entries[index] as CharacterEntry;
      const end =
        entry.next === 0 || entry.next === next ? entry.detector.detect(text, at, this.#report, this.#groups) : at;
      if (end > at) {
        return Math.max(end, this.#namedValue(text, at));
      }
    }
    return at + 1;
  }

  /** What a name announced may be a provider's key, which is the better answer; it begins where the value does. */
  #namedValue(text: string, at: number): number {
    const start = this.#found?.at(-1)?.start ?? 0;
    const code = start > at ? text.charCodeAt(start) : 0;
    return this.#kinds[code] === WORD ? this.#atPrefix(text, start, code) : at;
  }

  #fillTables(active: readonly Detector[]): void {
    for (let code = 0; code < 128; code += 1) {
      const bits = CLASSES[code] as number;
      this.#kinds[code] = (bits & LETTER) !== 0 ? WORD : (bits & DIGIT) !== 0 ? NUMBER : SKIP;
    }
    this.#kinds[BACKSLASH] = ESCAPE;
    for (const detector of active) {
      if (detector.anchor.at === 'character') {
        for (const character of detector.anchor.characters) {
          const code = character.charCodeAt(0);
          this.#kinds[code] = ANCHOR;
          const next = detector.anchor.next?.charCodeAt(0) ?? 0;
          this.#characters[code] = [...(this.#characters[code] ?? []), { next, detector }];
        }
      } else if (detector.anchor.at === 'prefix') {
        detector.anchor.prefixes.forEach((prefix) => this.#addPrefix(prefix, detector));
      }
    }
    // The longest prefix first: `sk-ant-` is a better answer than `sk-`.
    this.#prefixes.forEach((entries) => entries.sort((left, right) => right.prefix.length - left.prefix.length));
  }

  #addPrefix(prefix: string, detector: Detector): void {
    const first = prefix.charCodeAt(0);
    const seconds = prefix.length > 1 ? [prefix.charCodeAt(1)] : Array.from({ length: 128 }, (_, code) => code);
    for (const second of seconds) {
      const pair = pairOf(first, second);
      if (this.#pairs[pair] === 0) {
        this.#pairs[pair] = this.#prefixes.push([]) - 1;
      }
      this.#prefixes[this.#pairs[pair] as number]?.push({
        prefix,
        third: prefix.length > 2 ? prefix.charCodeAt(2) : 0,
        detector,
      });
    }
  }
}

/** Words begin with a letter, and ASCII has all of those in its upper half. */
function pairOf(first: number, second: number): number {
  return ((first & 63) << 7) | second;
}

function endOfWord(text: string, from: number): number {
  const { length } = text;
  let at = from;
  while (at < length && ((CLASSES[text.charCodeAt(at)] as number) & ALPHANUMERIC) !== 0) at += 1;
  return at;
}

/** Steps over an escape sequence of JSON text, so that the `n` of `\n` is not taken for the start of a word. */
function afterEscape(text: string, at: number): number {
  const next = text.charAt(at + 1);
  if (next === 'u') {
    return /^[0-9a-fA-F]{4}/.test(text.slice(at + 2, at + 6)) ? at + 6 : at + 1;
  }
  return next !== '' && 'nrtbf'.includes(next) ? at + 2 : at + 1;
}
