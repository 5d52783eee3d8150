import type { Detector } from './detector.js';

const OTHER = 128;
const ROW = OTHER + 1;
const ANY = Array.from({ length: OTHER }, (_, code) => code);

/** A prefix, and who is asked where a word begins with it. */
export interface PrefixEntry {
  readonly prefix: string;
  /** The code of the fourth character, looked at before the rest; 0 where there is none. */
  readonly fourth: number;
  readonly detector: Detector;
}

/** The prefixes that begin with two characters. */
interface Row {
  /** Those of one or two characters. */
  readonly short: PrefixEntry[];
  /** The others, by their third. */
  readonly long: Map<number, PrefixEntry[]>;
}

/**
 * The detectors of words, chosen by the first three characters of the word.
 *
 * Two look-ups tell of nearly every word that it begins like no secret, however many prefixes there are.
 */
export class PrefixAnchors {
  /** By the first two characters: which row of `#lists` is theirs; 0 for none. Small, to stay in the cache. */
  readonly #rows = new Uint16Array(64 * OTHER);
  /** By row and third character: which entries; 0 for none. */
  readonly #lists: Uint16Array;
  readonly #entries: (readonly PrefixEntry[])[] = [[]];

  /** Takes the detectors that have such an anchor. */
  constructor(detectors: readonly Detector[]) {
    const rows = rowsOf(detectors);
    this.#lists = new Uint16Array((rows.size + 1) * ROW);
    let row = 0;
    for (const [pair, { short, long }] of rows) {
      row += 1;
      this.#rows[pair] = row;
      if (short.length > 0) this.#lists.fill(this.#listOf(short), row * ROW, (row + 1) * ROW);
      for (const [third, entries] of long) this.#lists[row * ROW + third] = this.#listOf([...entries, ...short]);
    }
  }

  /** Which entries begin like the word at a place, whose first character has a code; 0 for none. */
  listAt(text: string, at: number, code: number): number {
    const second = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
    const row = second < OTHER ? (this.#rows[pairOf(code, second)] as number) : 0;
    if (row === 0) {
      return 0;
    }
    const third = at + 2 < text.length ? text.charCodeAt(at + 2) : OTHER;
    return this.#lists[row * ROW + (third < OTHER ? third : OTHER)] as number;
  }

  /** The entries of a list, in the order in which they are asked. */
  entriesOf(list: number): readonly PrefixEntry[] {
    return this.#entries[list] as readonly PrefixEntry[];
  }

  /** The longest prefix first: `sk-ant-` is a better answer than `sk-`. */
  #listOf(entries: readonly PrefixEntry[]): number {
    return this.#entries.push([...entries].sort((left, right) => right.prefix.length - left.prefix.length)) - 1;
  }
}

function rowsOf(detectors: readonly Detector[]): ReadonlyMap<number, Row> {
  const rows = new Map<number, Row>();
  const add = (prefix: string, detector: Detector, second: number): void => {
    const pair = pairOf(prefix.charCodeAt(0), second);
    const row = rows.get(pair) ?? { short: [], long: new Map<number, PrefixEntry[]>() };
    rows.set(pair, row);
    const entry = { prefix, fourth: prefix.length > 3 ? prefix.charCodeAt(3) : 0, detector };
    const third = prefix.charCodeAt(2);
    if (prefix.length < 3) row.short.push(entry);
    else row.long.set(third, [...(row.long.get(third) ?? []), entry]);
  };
  for (const detector of detectors) {
    for (const prefix of detector.anchor.at === 'prefix' ? detector.anchor.prefixes : []) {
      const seconds = prefix.length > 1 ? [prefix.charCodeAt(1)] : ANY;
      seconds.forEach((second) => {
        add(prefix, detector, second);
      });
    }
  }
  return rows;
}

/** Words begin with a letter, and ASCII has all of those in its upper half. */
function pairOf(first: number, second: number): number {
  return ((first & 63) << 7) | second;
}
