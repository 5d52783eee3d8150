import { CLASSES, DIGIT } from './characters.js';

const MOST_GROUPS = 8;
const SPACE = 0x20;
const OPEN = 0x28;
const CLOSE = 0x29;
const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;

/** The separator code of groups that stand apart by a parenthesis, as in `(415) 555`. */
export const PARENTHESIS = OPEN;

/**
 * A written number as groups of digits: `415-555-0132` is three groups.
 *
 * Groups are separated by one space, hyphen or full stop, or by a parenthesis with at most two of these around it. At
 * most eight groups are read, so that the work for one number is bounded whatever the text is. One instance is filled
 * again and again; nobody keeps it.
 */
export class NumberGroups {
  /** How many groups were read. */
  count = 0;
  readonly #starts = new Int32Array(MOST_GROUPS);
  readonly #ends = new Int32Array(MOST_GROUPS);
  readonly #separators = new Int32Array(MOST_GROUPS);

  /** Reads the number that begins at an index, which must hold a digit. */
  read(text: string, at: number): void {
    let position = at;
    this.count = 0;
    while (this.count < MOST_GROUPS) {
      this.#starts[this.count] = position;
      while (position < text.length && CLASSES[text.charCodeAt(position)] === DIGIT) {
        position += 1;
      }
      this.#ends[this.count] = position;
      this.count += 1;
      const next = this.#readSeparator(text, position);
      if (next === position || this.count === MOST_GROUPS) {
        return;
      }
      position = next;
    }
  }

  /** Where a group begins. */
  start(group: number): number {
    return this.#starts[group] as number;
  }

  /** Where a group ends. */
  end(group: number): number {
    return this.#ends[group] as number;
  }

  /** How many digits a group has; none where there is no such group. */
  length(group: number): number {
    return group < this.count ? this.end(group) - this.start(group) : 0;
  }

  /** The character code between a group and the one before it; 0 where there is no such group. */
  separator(group: number): number {
    return group > 0 && group < this.count ? (this.#separators[group] as number) : 0;
  }

  #readSeparator(text: string, at: number): number {
    let next = at;
    let separator = 0;
    while (next < at + 3 && next < text.length) {
      const code = text.charCodeAt(next);
      if (code === OPEN || code === CLOSE) {
        separator = PARENTHESIS;
      } else if (code !== SPACE && code !== HYPHEN && code !== FULL_STOP) {
        break;
      } else if (separator === 0) {
        separator = code;
      } else if (separator !== PARENTHESIS) {
        return at;
      }
      next += 1;
    }
    if (next === at || next >= text.length || CLASSES[text.charCodeAt(next)] !== DIGIT) {
      return at;
    }
    if (this.count < MOST_GROUPS) {
      this.#separators[this.count] = separator;
    }
    return next;
  }
}
