import { ALPHANUMERIC, CLASSES, DIGIT, LETTER } from './characters.js';
import type { Detector } from './detector.js';
import { SHORTEST_ENCODED } from './encoded-text.js';

/** A prefix, and who is asked where a word begins with it. */
export interface PrefixEntry {
  readonly prefix: string;
  readonly detector: Detector;
}

/** Why the automaton stopped within a word. */
export interface PrefixStop {
  /** How far before the character at which it stopped the word begins. */
  readonly back: number;
  /** Whom to ask, the longest prefix first: `sk-ant-` is a better answer than `sk-`. */
  readonly entries: readonly PrefixEntry[];
}

/** From here on a move is a stop. */
export const FIRST_STOP = 0x8000;
/** Stop: somebody has to look at the character, which is no part of a word. */
export const AT_CHARACTER = FIRST_STOP;
/** Stop: a word has become as long as the shortest encoded value. */
export const AT_LONG_WORD = FIRST_STOP + 1;
const AT_PREFIX = FIRST_STOP + 2;

/** How far up the state stands in the index of a move. */
export const COLUMN_BITS = 7;
const COLUMNS = 1 << COLUMN_BITS;
/** So many characters of a prefix are told apart by states; the rest is compared where one begins. */
const LOOKED_AHEAD = 5;
/** Stand for what is not ASCII: the space for what is passed over, a control character for what is looked at. */
const PASSED = 0x20;
const LOOKED_AT = 0x01;

/** The state between words; the next ones are those within a word of one letter, of two, and so on. */
const BETWEEN = 0;

const NOBODY: readonly PrefixEntry[] = Object.freeze([]);

/**
 * The places of a text where a detector has to be asked, found with one look-up a character.
 *
 * A finite automaton: a state for each beginning of a prefix, and one for each length of a word that begins like none.
 * However many prefixes there are, a text is passed at the same speed; and there is no branch for each word, as no
 * processor can guess where words end.
 */
export class AnchorTable {
  /** The column of every UTF-16 code unit. */
  readonly columns = new Uint8Array(65_536);
  /** By state, in its upper bits, and column: the next state, or a stop. */
  readonly moves: Uint16Array;
  /** By state: the stop where a text ends there; 0 for none. */
  readonly ends: Uint16Array;
  readonly #rows: Uint16Array[] = [];
  readonly #endOf: number[] = [];
  readonly #stops: PrefixStop[] = [];

  /**
   * @param detectors Their prefixes are looked for.
   * @param isAnchor True for a character, not of a word, at which somebody has to look.
   */
  constructor(detectors: readonly Detector[], isAnchor: (code: number) => boolean) {
    for (let code = 0; code < this.columns.length; code += 1) {
      this.columns[code] = code < COLUMNS ? code : isAnchor(code) ? LOOKED_AT : PASSED;
    }
    const between = new Uint16Array(COLUMNS);
    for (let code = 0; code < COLUMNS; code += 1) {
      if (isOf(code, LETTER)) between[code] = 1;
      else if (code === LOOKED_AT || isOf(code, DIGIT) || isAnchor(code)) between[code] = AT_CHARACTER;
    }
    this.#addState(between);
    for (let length = 1; length < SHORTEST_ENCODED; length += 1) this.#addState(this.#rowWithin(length));
    const entries = detectors.flatMap((detector) =>
      detector.anchor.at === 'prefix' ? detector.anchor.prefixes.map((prefix) => ({ prefix, detector })) : [],
    );
    this.#lead(between, '', entries, NOBODY);
    this.moves = new Uint16Array(this.#rows.length << COLUMN_BITS);
    this.#rows.forEach((row, state) => {
      this.moves.set(row, state << COLUMN_BITS);
    });
    this.ends = Uint16Array.from(this.#endOf);
  }

  /** What a stop within a word means; `AT_LONG_WORD` is none of these. */
  stopOf(move: number): PrefixStop {
    return this.#stops[move - AT_PREFIX] as PrefixStop;
  }

  /** Whom to ask about a word that begins at a place; few or none of their prefixes stand there in full. */
  entriesAt(text: string, at: number): readonly PrefixEntry[] {
    let move = BETWEEN;
    const end = Math.min(text.length, at + LOOKED_AHEAD + 1);
    for (let next = at; next < end && move < FIRST_STOP; next += 1) {
      move = this.moves[(move << COLUMN_BITS) | (this.columns[text.charCodeAt(next)] as number)] as number;
    }
    const stop = move < FIRST_STOP ? (this.ends[move] as number) : move;
    return stop < AT_PREFIX ? NOBODY : this.stopOf(stop).entries;
  }

  #addState(row: Uint16Array, end = 0): number {
    this.#endOf.push(end);
    return this.#rows.push(row) - 1;
  }

  /** What is made of each character within a word of so many that begins like no prefix; what ends it stands between words. */
  #rowWithin(length: number): Uint16Array {
    const longer = length + 1 === SHORTEST_ENCODED ? AT_LONG_WORD : length + 1;
    return (this.#rows[BETWEEN] as Uint16Array).map((move, code) => (isOf(code, ALPHANUMERIC) ? longer : move));
  }

  /**
   * Leads from a state on to what prefixes begin with.
   *
   * @param text What was read to get there.
   * @param longer Prefixes that begin like this and go on.
   * @param whole Prefixes that were read in full.
   */
  #lead(row: Uint16Array, text: string, longer: readonly PrefixEntry[], whole: readonly PrefixEntry[]): void {
    for (const [code, entries] of byCodeAt(longer, text.length)) {
      const read = text + String.fromCharCode(code);
      const known = [...entries.filter(({ prefix }) => prefix === read), ...whole];
      const left = entries.filter(({ prefix }) => prefix !== read);
      // What is no letter or digit ends a word, and may be an anchor itself: nothing is led past it.
      const isStop = left.length === 0 || read.length === LOOKED_AHEAD || !isOf(code, ALPHANUMERIC);
      row[code] = isStop ? this.#stopAt(read.length - 1, [...left, ...known]) : this.#addBeginning(read, left, known);
    }
  }

  #addBeginning(text: string, longer: readonly PrefixEntry[], whole: readonly PrefixEntry[]): number {
    const end = whole.length === 0 ? 0 : this.#stopAt(text.length, whole);
    const row = end === 0 ? this.#rowWithin(text.length) : new Uint16Array(COLUMNS).fill(end);
    const state = this.#addState(row, end);
    this.#lead(row, text, longer, whole);
    return state;
  }

  #stopAt(back: number, entries: readonly PrefixEntry[]): number {
    const longestFirst = entries.toSorted((left, right) => right.prefix.length - left.prefix.length);
    return AT_PREFIX + this.#stops.push({ back, entries: longestFirst }) - 1;
  }
}

function isOf(code: number, classes: number): boolean {
  return ((CLASSES[code] as number) & classes) !== 0;
}

function byCodeAt(entries: readonly PrefixEntry[], index: number): ReadonlyMap<number, readonly PrefixEntry[]> {
  const groups = new Map<number, PrefixEntry[]>();
  for (const entry of entries) {
    const code = entry.prefix.charCodeAt(index);
    const group = groups.get(code);
    if (group === undefined) groups.set(code, [entry]);
    else group.push(entry);
  }
  return groups;
}
