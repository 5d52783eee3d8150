import type { Anchor, Detector } from './detector.js';

/** Stands for what is not ASCII, and for the edges of a text. */
const OTHER = 128;
const ROW = OTHER + 1;
const MOST_DETECTORS = 31;
const MOST_CHARACTERS = 255;

/**
 * The detectors of characters, chosen by the neighbours of the character.
 *
 * Each detector of a character is a bit; two small tables say which of them the character ahead and the one behind leave
 * possible, so that most places cost no call.
 */
export class CharacterAnchors {
  /** Which row of the tables is a character's; 0 for one that is no anchor. */
  readonly #rows = new Uint8Array(65_536);
  /** By row: the detectors in the order in which they are asked. */
  readonly #detectors: Detector[][] = [[]];
  #before = new Int32Array(ROW);
  #behind = new Int32Array(ROW);
  /** By row: how much further the character stands again for some of the detectors, and for which. */
  readonly #again: number[] = [0];
  readonly #needAgain: number[] = [0];

  /** Takes the detectors that have such an anchor; there is room for 31 of one character. */
  constructor(detectors: readonly Detector[]) {
    for (const detector of detectors) {
      if (detector.anchor.at === 'character') {
        for (const character of detector.anchor.characters)
          this.#add(character.charCodeAt(0), detector, detector.anchor);
      }
    }
  }

  /** The codes of the characters that are anchors. */
  get codes(): readonly number[] {
    return Array.from(this.#rows.keys()).filter((code) => this.#rows[code] !== 0);
  }

  /** The detectors of a character, in the order in which they are asked. */
  detectorsOf(code: number): readonly Detector[] {
    return this.#detectors[this.#rows[code] as number] as Detector[];
  }

  /** The detectors to be asked at a place where a character stands, as bits. */
  asked(text: string, at: number, code: number): number {
    const row = this.#rows[code] as number;
    const before = at > 0 ? text.charCodeAt(at - 1) : OTHER;
    const behind = at + 1 < text.length ? text.charCodeAt(at + 1) : OTHER;
    const asked =
      (this.#before[row * ROW + (before < OTHER ? before : OTHER)] as number) &
      (this.#behind[row * ROW + (behind < OTHER ? behind : OTHER)] as number);
    const needing = asked & (this.#needAgain[row] as number);
    if (needing === 0) {
      return asked;
    }
    const further = at + (this.#again[row] as number);
    return further < text.length && text.charCodeAt(further) === code ? asked : asked & ~needing;
  }

  #add(code: number, detector: Detector, anchor: Anchor & { at: 'character' }): void {
    const row = this.#rowOf(code);
    const index = (this.#detectors[row] as Detector[]).push(detector) - 1;
    if (index >= MOST_DETECTORS) {
      throw new RangeError(`More than ${MOST_DETECTORS} detectors have one anchor: ${detector.types.join(', ')}`);
    }
    const bit = 1 << index;
    allow(this.#before, row, anchor.before, bit);
    allow(this.#behind, row, anchor.behind, bit);
    if (anchor.again !== undefined) {
      if (this.#needAgain[row] !== 0 && this.#again[row] !== anchor.again) {
        throw new RangeError(`One anchor can look for itself in one place only: ${detector.types.join(', ')}`);
      }
      this.#again[row] = anchor.again;
      this.#needAgain[row] = (this.#needAgain[row] as number) | bit;
    }
  }

  #rowOf(code: number): number {
    let row = this.#rows[code] as number;
    if (row === 0) {
      row = this.#detectors.push([]) - 1;
      if (row > MOST_CHARACTERS) throw new RangeError(`More than ${MOST_CHARACTERS} characters are anchors.`);
      this.#rows[code] = row;
      this.#again[row] = this.#needAgain[row] = 0;
      this.#before = grown(this.#before);
      this.#behind = grown(this.#behind);
    }
    return row;
  }
}

function grown(table: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(table.length + ROW);
  larger.set(table);
  return larger;
}

function allow(table: Int32Array, row: number, characters: string | undefined, bit: number): void {
  const codes =
    characters === undefined
      ? Array.from({ length: ROW }, (_, code) => code)
      : Array.from(characters, (each) => each.charCodeAt(0));
  for (const code of codes) table[row * ROW + code] = (table[row * ROW + code] as number) | bit;
}
