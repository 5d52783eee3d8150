import { CLASSES, DIGIT } from './characters.js';

const MOST_GROUPS = 8;
/** A power of two, for the rings. */
const PLACES = 8;
const SPACE = 0x20;
const OPEN = 0x28;
const CLOSE = 0x29;
const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;
const SLASH = 0x2f;
const PLUS = 0x2b;
const ZERO = 0x30;
const LONGEST_AREA = 5;

/** The separator code of groups that stand apart by a parenthesis, as in `(415) 555`. */
export const PARENTHESIS = OPEN;

/**
 * A written number as groups of digits: `415-555-0132` is three groups.
 *
 * Groups are separated by one space, hyphen or full stop, or by a parenthesis with at most two of these around it. A slash
 * separates an area code, as in `030/901820`. At most eight groups are read, so that the work for one number is bounded
 * whatever the text is. One instance is filled again and again; nobody keeps it.
 */
export class NumberGroups {
  /** How many groups were read. */
  count = 0;
  /** Which scan of a text it is: what a detector remembers of a text holds as long as this stays the same. */
  scan = 0;
  /** Rings: the first group may be dropped, and another one read behind the last. */
  readonly #starts = new Int32Array(PLACES);
  readonly #ends = new Int32Array(PLACES);
  readonly #separators = new Int32Array(PLACES);
  #first = 0;
  #slash = false;
  #scanRead = 0;

  /** Reads the number that begins at an index, which must hold a digit. */
  read(text: string, at: number): void {
    let position = at;
    if (this.#goesOnAt(text, at)) {
      const end = this.#dropFirst();
      position = this.count < MOST_GROUPS - 1 ? end : this.#readSeparator(text, end);
      if (position === end) return;
    } else {
      this.count = 0;
      this.#slash = false;
    }
    this.#scanRead = this.scan;
    while (this.count < MOST_GROUPS) {
      this.#starts[this.#placeOf(this.count)] = position;
      while (position < text.length && CLASSES[text.charCodeAt(position)] === DIGIT) {
        position += 1;
      }
      this.#ends[this.#placeOf(this.count)] = position;
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
    return this.#starts[this.#placeOf(group)] as number;
  }

  /** Where a group ends. */
  end(group: number): number {
    return this.#ends[this.#placeOf(group)] as number;
  }

  /** How many digits a group has; none where there is no such group. */
  length(group: number): number {
    return group < this.count ? this.end(group) - this.start(group) : 0;
  }

  /** The character code between a group and the one before it; 0 where there is no such group. */
  separator(group: number): number {
    return group > 0 && group < this.count ? (this.#separators[this.#placeOf(group)] as number) : 0;
  }

  #placeOf(group: number): number {
    return (this.#first + group) & (PLACES - 1);
  }

  /** True if the second of the groups that were read last begins at an index, so that they need not be read again. */
  #goesOnAt(text: string, at: number): boolean {
    if (this.count < 2 || this.start(1) !== at || this.scan === 0 || this.scan !== this.#scanRead || this.#slash) {
      return false;
    }
    // What a slash means depends on the group that is the first.
    const end = this.end(this.count - 1);
    return text.charCodeAt(end) !== SLASH && text.charCodeAt(end + 1) !== SLASH;
  }

  /** Answers where the last group ends. */
  #dropFirst(): number {
    this.#first += 1;
    this.count -= 1;
    return this.end(this.count - 1);
  }

  #readSeparator(text: string, at: number): number {
    let next = at;
    let separator = 0;
    while (next < at + 3 && next < text.length) {
      const code = text.charCodeAt(next);
      if (code === SLASH && (separator === 0 || separator === SPACE) && this.#isArea(text)) {
        separator = SLASH;
      } else if (code === OPEN || code === CLOSE) {
        separator = PARENTHESIS;
      } else if (code !== SPACE && code !== HYPHEN && code !== FULL_STOP) {
        break;
      } else if (separator === 0) {
        separator = code;
      } else if (separator !== PARENTHESIS && separator !== SLASH) {
        return at;
      }
      next += 1;
    }
    if (next === at || next >= text.length || CLASSES[text.charCodeAt(next)] !== DIGIT) {
      return at;
    }
    if (this.count < MOST_GROUPS) {
      this.#separators[this.#placeOf(this.count)] = separator;
      this.#slash ||= separator === SLASH;
    }
    return next;
  }

  /** True if the group just read may be an area code: `030/…`, `+49(0)2655/…`; a date has pairs. */
  #isArea(text: string): boolean {
    const group = this.count - 1;
    const start = this.start(0);
    return (
      this.end(group) - this.start(group) <= LONGEST_AREA &&
      (group === 0
        ? text.charCodeAt(start) === ZERO &&
          (this.end(0) - start > 2 || CLASSES[text.charCodeAt(this.end(0) + 3)] === DIGIT)
        : text.charCodeAt(start - 1) === PLUS && group < 3)
    );
  }
}
