import type { Finding, FindingCategory } from '../call/finding.js';
import { AnchorTable, AT_CHARACTER, AT_LONG_WORD, COLUMN_BITS, FIRST_STOP, type PrefixEntry } from './anchor-table.js';
import { ALPHANUMERIC, CLASSES, DIGIT, HEX, LETTER } from './characters.js';
import { CharacterAnchors } from './character-anchors.js';
import type { Detector, Report } from './detector.js';
import { DISGUISES, mayHide } from './disguises.js';
import { beginsEncoded, SHORTEST_ENCODED } from './encoded-text.js';
import { NumberAnchor } from './number-anchor.js';
import { NumberGroups } from './number-groups.js';
import { withoutOverlaps } from './overlaps.js';

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
 * Each character is looked up once in a table; only where an anchor stands or a word begins like a prefix is a detector
 * asked. Adding a provider's key therefore costs nothing for text that has no word like it.
 */
export class Engine {
  readonly #kinds = new Uint8Array(65_536);
  readonly #anchors: AnchorTable;
  readonly #characters: CharacterAnchors;
  readonly #numbers: NumberAnchor;
  readonly #mixed: readonly Detector[];
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
    this.#numbers = new NumberAnchor(active);
    this.#mixed = active.filter((detector) => detector.anchor.at === 'mixed');
    this.#fillKinds();
    this.#anchors = new AnchorTable(active, (code) => this.#kinds[code] !== SKIP && this.#kinds[code] !== WORD);
  }

  /** All findings in a text, in order and without overlaps. */
  scan(text: string): readonly Finding[] {
    this.#found = undefined;
    this.disguised = false;
    this.#groups.scan = scans += 1;
    const { columns, moves, ends } = this.#anchors;
    const { length } = text;
    let at = 0;
    while (at < length) {
      let move = 0;
      // Most of a text is passed here.
      do {
        move = moves[(move << COLUMN_BITS) | (columns[text.charCodeAt(at)] as number)] as number;
        at += 1;
      } while (move < FIRST_STOP && at < length);
      if (move === AT_CHARACTER) at = this.#atAnchor(text, at - 1);
      else if (move >= FIRST_STOP) at = this.#atWord(text, at - 1, move);
      else if (ends[move] !== 0) at = this.#atWord(text, at, ends[move] as number);
    }
    const found = this.#found as Finding[] | undefined;
    this.#found = undefined;
    return found === undefined ? NOTHING : withoutOverlaps(found);
  }

  /** Asks whom it concerns at a character that is no part of a word; gives back where to go on, as all of these do. */
  #atAnchor(text: string, at: number): number {
    const code = text.charCodeAt(at);
    switch (this.#kinds[code]) {
      case NUMBER:
        return this.#atNumber(text, at);
      case ANCHOR:
        return this.#atCharacter(text, at, code);
      case ESCAPE:
        this.disguised ||= mayHide(text, at);
        return Math.max(this.#atEscape(text, at), afterEscape(text, at));
      case DISGUISE:
        this.disguised ||= mayHide(text, at);
        return at + 1;
      case ANCHOR_AND_DISGUISE:
        this.disguised ||= mayHide(text, at);
        return this.#atCharacter(text, at, code);
      default:
        return at + 1;
    }
  }

  #atWord(text: string, at: number, move: number): number {
    if (move === AT_LONG_WORD) return this.#pastWord(text, at + 1 - SHORTEST_ENCODED);
    const { back, entries } = this.#anchors.stopOf(move);
    const start = at - back;
    const end = this.#askPrefixes(text, start, entries);
    return end > start ? Math.max(end, this.#namedValue(text, start)) : this.#pastWord(text, start);
  }

  #pastWord(text: string, at: number): number {
    const end = endOfWord(text, at + 1);
    if (end - at >= SHORTEST_ENCODED) {
      this.disguised ||= beginsEncoded(text, at, end);
    }
    return end;
  }

  #askPrefixes(text: string, at: number, entries: readonly PrefixEntry[]): number {
    for (let index = 0; index < entries.length; index += 1) {
      const { prefix, detector } = entries[index] as PrefixEntry;
      if (!text.startsWith(prefix, at)) continue;
      const end = detector.detect(text, at, this.#report, this.#groups);
      if (end > at) return end;
    }
    return at;
  }

  #atNumber(text: string, at: number): number {
    let end = at + 1;
    while (end < text.length && CLASSES[text.charCodeAt(end)] === DIGIT) end += 1;
    if (end - at < SHORTEST_NUMBER && standsAlone(text, end)) {
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
    const isWord = start > at && this.#kinds[text.charCodeAt(start)] === WORD;
    return isWord ? this.#askPrefixes(text, start, this.#anchors.entriesAt(text, start)) : at;
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

/** True where no other group of digits can follow one that ends there. */
function standsAlone(text: string, end: number): boolean {
  if (end === text.length || PARTS[text.charCodeAt(end)] !== 1) return true;
  const next = end + 1 < text.length ? text.charCodeAt(end + 1) : 0;
  return PARTS[next] !== 1 && CLASSES[next] !== DIGIT;
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
