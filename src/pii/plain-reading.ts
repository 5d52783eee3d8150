import type { Finding } from '../call/finding.js';
import { ALPHANUMERIC, classAt, endOfRun, LETTER } from './characters.js';
import { Disguise } from './disguises.js';
import { beginsEncoded, decoded, endOfEncoded, SHORTEST_ENCODED } from './encoded-text.js';

/** Numbers a stretch: where it begins and ends in the text, and where in the plain text. */
const STRETCH = 4;
const disguise = new Disguise();

/**
 * A text as somebody would read it who sees through simple disguises: escapes and base64 decoded, once, and characters
 * that cannot be seen left out, and hostile text that a scan has found.
 */
export class PlainReading {
  /** The plain text. */
  readonly text: string;
  /** The stretches that are read as something else, in order; numbers, as every other character may be one. */
  readonly #stretches: number[] = [];

  /**
   * Reads a text; linear in its length.
   *
   * @param hostile Findings of hostile text, in order and apart: they are read as nothing.
   */
  constructor(text: string, hostile: readonly Finding[] = []) {
    // Nothing is read for more characters than it has.
    const plain = new Uint16Array(text.length);
    let length = 0;
    let read = 0;
    let next = 0;
    /** All bits of all characters. */
    let units = 0;
    const keepUntil = (end: number): void => {
      for (; read < end; read += 1) units |= plain[length++] = text.charCodeAt(read);
    };
    const replaceUntil = (start: number, end: number, by: string): number => {
      keepUntil(start);
      const begins = length;
      for (let at = 0; at < by.length; at += 1) units |= plain[length++] = by.charCodeAt(at);
      this.#stretches.push(start, end, begins, length);
      return (read = end);
    };
    for (let at = 0; at < text.length;) {
      while (next < hostile.length && (hostile[next] as Finding).start < at) next += 1;
      const here = hostile[next];
      if (here?.start === at) {
        at = replaceUntil(at, here.end, '');
      } else if (disguise.read(text, at)) {
        const by = disguise.plain;
        if (by !== undefined && disguise.end === at + 1) {
          // One character for one: what follows stands as far behind as before.
          keepUntil(at);
          units |= plain[length++] = by;
          at = read = at + 1;
        } else {
          at = replaceUntil(at, disguise.end, by === undefined ? '' : String.fromCharCode(by));
        }
      } else if (isEncodedAt(text, at)) {
        const end = endOfEncoded(text, at);
        const by = decoded(text.slice(at, end));
        at = by === undefined ? end : replaceUntil(at, end, by);
      } else {
        // A word is passed as a whole: no disguise begins in one.
        at = Math.max(at + 1, endOfRun(text, at, ALPHANUMERIC));
      }
    }
    keepUntil(text.length);
    // One byte a character where that will do, as texts mostly have: patterns are compiled for each kind.
    this.text =
      (units & 0xff00) === 0
        ? Buffer.from(plain.subarray(0, length)).toString('latin1')
        : Buffer.from(plain.buffer, 0, length * 2).toString('utf16le');
  }

  /**
   * Findings in the plain text as findings in the text itself: all of the characters that were read for them.
   */
  toOriginal(findings: readonly Finding[]): Finding[] {
    return findings.map((finding) => ({
      ...finding,
      start: this.#edgeOf(finding.start, 0),
      // The last character tells, as a disguise that follows the finding is none of it.
      end: this.#edgeOf(finding.end - 1, 1),
    }));
  }

  /** Where what was read for a character of the plain text begins (0) or ends (1). */
  #edgeOf(offset: number, edge: 0 | 1): number {
    const stretches = this.#stretches;
    // The first stretch that ends behind the character, by halving.
    let from = 0;
    let to = stretches.length / STRETCH;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((stretches[middle * STRETCH + 3] as number) <= offset) from = middle + 1;
      else to = middle;
    }
    const next = from * STRETCH;
    if (next < stretches.length && (stretches[next + 2] as number) <= offset) {
      return stretches[next + edge] as number;
    }
    const shift = next === 0 ? 0 : (stretches[next - 3] as number) - (stretches[next - 1] as number);
    return offset + edge + shift;
  }
}

function isEncodedAt(text: string, at: number): boolean {
  return (
    (classAt(text, at) & LETTER) !== 0 && beginsEncoded(text, at, endOfRun(text, at, ALPHANUMERIC, SHORTEST_ENCODED))
  );
}
