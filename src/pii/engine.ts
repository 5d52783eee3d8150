import type { Finding, FindingCategory } from '../call/finding.js';
import { ALPHANUMERIC, CLASSES, DIGIT, HEX, LETTER } from './characters.js';
import { CharacterAnchors } from './character-anchors.js';
import type { Detector, Report } from './detector.js';
import { DISGUISES, mayHide } from './disguises.js';
import { beginsEncoded, SHORTEST_ENCODED } from './encoded-text.js';
import { NumberAnchor } from './number-anchor.js';
import { NumberGroups } from './number-groups.js';
import { withoutOverlaps } from './overlaps.js';
import { PrefixAnchors, type PrefixEntry } from './prefix-anchors.js';

const NOTHING: readonly Finding[] = Object.freeze([]);
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const PLUS = 0x2b;
const SHORTEST_NUMBER = 7;
const SHORTEST_MIXED = 8;
/** What may part the groups of a number. */
const PARTS = partsOfAll();

const SKIP = 0;
const WORD = 1;
const NUMBER = 2;
const ANCHOR = 3;
const ESCAPE = 4;
const DISGUISE = 5;
/** Both an anchor and a disguise, as characters that cannot be seen are. */
const ANCHOR_AND_DISGUISE = 6;

/** How many texts were scanned, by any engine: detectors are shared. */
let scans = 0;

/**
 * Finds what a set of detectors looks for, in one pass over a text.
 *
 * Each character is looked up once in a table; only where an anchor stands is a detector asked, and where a word begins
 * its first two letters choose the few detectors worth asking. Adding a provider's key therefore costs nothing for text
 * that has no word with its first two letters.
 */
export class Engine {
  readonly #kinds = new Uint8Array(65_536);
  readonly #characters: CharacterAnchors;
  readonly #numbers: NumberAnchor;
  readonly #mixed: readonly Detector[];
  readonly #prefixes: PrefixAnchors;
  readonly #groups = new NumberGroups();
  readonly #report: Report;
  #found: Finding[] | undefined;
  /** True if the text that was scanned last may hold values in another form. */
  disguised = false;

  /**
   * @param detectors In the order in which those of one anchor are asked.
   * @param types The types that are wanted; the others are not looked for.
   */
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
    this.#characters = new CharacterAnchors(active);
    this.#prefixes = new PrefixAnchors(active);
    this.#numbers = new NumberAnchor(active);
    this.#mixed = active.filter((detector) => detector.anchor.at === 'mixed');
    this.#fillKinds();
  }

  /** All findings in a text, in order and without overlaps. */
  scan(text: string): readonly Finding[] {
    this.#found = undefined;
    this.disguised = false;
    this.#groups.scan = scans += 1;
    const kinds = this.#kinds;
    const prefixes = this.#prefixes;
    const length = text.length;
    let at = 0;
    while (at < length) {
      const code = text.charCodeAt(at);
      switch (kinds[code]) {
        case WORD: {
          const list = prefixes.listAt(text, at, code);
          if (list !== 0) {
            at = this.#atWord(text, at, list);
            break;
          }
          // Most words begin like no secret: they are stepped over here, by their first three letters.
          const start = at;
          at += 1;
          while (at < length && ((CLASSES[text.charCodeAt(at)] as number) & ALPHANUMERIC) !== 0) at += 1;
          if (at - start >= SHORTEST_ENCODED) this.disguised ||= beginsEncoded(text, start, at);
          break;
        }
        case NUMBER:
          at = this.#atNumber(text, at);
          break;
        case ANCHOR:
          at = this.#atCharacter(text, at, code);
          break;
        case ESCAPE:
          this.disguised ||= mayHide(text, at);
          at = Math.max(this.#atEscape(text, at), afterEscape(text, at));
          break;
        case DISGUISE:
          this.disguised ||= mayHide(text, at);
          at += 1;
          break;
        case ANCHOR_AND_DISGUISE:
          this.disguised ||= mayHide(text, at);
          at = this.#atCharacter(text, at, code);
          break;
        default:
          at += 1;
      }
    }
    const found = this.#found as Finding[] | undefined;
    this.#found = undefined;
    return found === undefined ? NOTHING : withoutOverlaps(found);
  }

  #atWord(text: string, at: number, list: number): number {
    const end = this.#askPrefixes(text, at, list);
    return end > at ? Math.max(end, this.#namedValue(text, at)) : this.#pastWord(text, at);
  }

  #pastWord(text: string, at: number): number {
    const end = endOfWord(text, at + 1);
    if (end - at >= SHORTEST_ENCODED) {
      this.disguised ||= beginsEncoded(text, at, end);
    }
    return end;
  }

  #askPrefixes(text: string, at: number, list: number): number {
    const entries = this.#prefixes.entriesOf(list);
    const fourth = at + 3 < text.length ? text.charCodeAt(at + 3) : 0;
    for (let index = 0; index < entries.length; index += 1) {
      const entry = entries[index] as PrefixEntry;
      if ((entry.fourth === 0 || entry.fourth === fourth) && text.startsWith(entry.prefix, at)) {
        const end = entry.detector.detect(text, at, this.#report, this.#groups);
        if (end > at) {
          return end;
        }
      }
    }
    return at;
  }

  #atNumber(text: string, at: number): number {
    let end = at + 1;
    while (end < text.length && CLASSES[text.charCodeAt(end)] === DIGIT) end += 1;
    if (end - at < SHORTEST_NUMBER && (end === text.length || PARTS[text.charCodeAt(end)] !== 1)) {
      return this.#pastDigits(text, at, end);
    }
    const groups = this.#groups;
    const behindPlus = at > 0 && text.charCodeAt(at - 1) === PLUS;
    groups.read(text, at);
    if (groups.count === 1 && end - at < SHORTEST_NUMBER && !behindPlus) {
      return this.#pastDigits(text, at, end);
    }
    const { detectors } = this.#numbers;
    let asked = this.#numbers.asked(groups, behindPlus);
    while (asked !== 0) {
      const detector = detectors[31 - Math.clz32(asked & -asked)] as Detector;
      asked &= asked - 1;
      const behind = detector.detect(text, at, this.#report, groups);
      if (behind > at) {
        return behind;
      }
    }
    return this.#pastDigits(text, at, end);
  }

  /** The end of a word that begins with digits; such a word may be one of letters and digits, unless it is hexadecimal. */
  #pastDigits(text: string, at: number, end: number): number {
    const { length } = text;
    let digits = end;
    while (digits < length && ((CLASSES[text.charCodeAt(digits)] as number) & HEX) !== 0) digits += 1;
    if (digits === length || ((CLASSES[text.charCodeAt(digits)] as number) & LETTER) === 0) {
      return digits;
    }
    const word = endOfWord(text, digits);
    // What is shorter is the first of several groups, or no identifier: `16Z`, `13T04`.
    if (word - at < SHORTEST_MIXED && (word === length || PARTS[text.charCodeAt(word)] !== 1)) {
      return word;
    }
    for (const detector of this.#mixed) {
      const behind = detector.detect(text, at, this.#report, this.#groups);
      if (behind > at) {
        return behind;
      }
    }
    return word;
  }

  #atCharacter(text: string, at: number, code: number): number {
    const asked = this.#characters.asked(text, at, code);
    return asked === 0 ? at + 1 : this.#askAt(text, at, code, asked);
  }

  #askAt(text: string, at: number, code: number, asked: number): number {
    const detectors = this.#characters.detectorsOf(code);
    for (let left = asked; left !== 0; left &= left - 1) {
      const detector = detectors[31 - Math.clz32(left & -left)] as Detector;
      const end = detector.detect(text, at, this.#report, this.#groups);
      if (end > at) {
        return Math.max(end, this.#namedValue(text, at));
      }
    }
    return at + 1;
  }

  /** Detectors of what an escape sequence of JSON text stands for have the backslash as their anchor. */
  #atEscape(text: string, at: number): number {
    return text.charCodeAt(at + 1) === LOWER_U ? this.#atCharacter(text, at, BACKSLASH) : at;
  }

  /** What a name announced may be a provider's key, which is the better answer; it begins where the value does. */
  #namedValue(text: string, at: number): number {
    const start = this.#found?.at(-1)?.start ?? 0;
    const code = start > at ? text.charCodeAt(start) : 0;
    const list = this.#kinds[code] === WORD ? this.#prefixes.listAt(text, start, code) : 0;
    return list === 0 ? at : this.#askPrefixes(text, start, list);
  }

  #fillKinds(): void {
    for (let code = 0; code < 128; code += 1) {
      const bits = CLASSES[code] as number;
      this.#kinds[code] = (bits & LETTER) !== 0 ? WORD : (bits & DIGIT) !== 0 ? NUMBER : SKIP;
    }
    for (const code of this.#characters.codes) this.#kinds[code] = ANCHOR;
    this.#kinds[BACKSLASH] = ESCAPE;
    for (const code of DISGUISES) {
      this.#kinds[code] = this.#kinds[code] === ANCHOR ? ANCHOR_AND_DISGUISE : DISGUISE;
    }
  }
}

function partsOfAll(): Uint8Array {
  const parts = new Uint8Array(65_536);
  Array.from(' -./()', (sign) => (parts[sign.charCodeAt(0)] = 1));
  return parts;
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
