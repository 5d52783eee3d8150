import type { NameShape } from './name-shape.js';

/** Patterns are not longer, and neither is what they hold literally. */
const LONGEST = 256;
const START = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

/**
 * The hashes of every beginning and every end of a name (FNV-1a over UTF-16 units): after one pass over the name, what
 * it holds under any shape is known without cutting a piece out of it.
 */
export class NameHashes {
  readonly #beginnings = new Int32Array(LONGEST + 1);
  readonly #ends = new Int32Array(LONGEST + 1);
  #length = 0;

  constructor() {
    this.#beginnings[0] = this.#ends[0] = START;
  }

  /** Takes the next name, or a pattern for what it holds literally. */
  read(name: string): this {
    const length = name.length;
    const most = Math.min(length, LONGEST);
    let [beginning, end] = [START, START];
    for (let at = 0; at < most;) {
      beginning = Math.imul(beginning ^ name.charCodeAt(at), PRIME);
      end = Math.imul(end ^ name.charCodeAt(length - 1 - at), PRIME);
      at++;
      this.#beginnings[at] = beginning;
      this.#ends[at] = end;
    }
    this.#length = length;
    return this;
  }

  /** False where the name is too short for a shape, or longer than any name that is written out. */
  fits({ exact, prefixLength, suffixLength }: NameShape): boolean {
    return exact ? this.#length <= LONGEST : prefixLength + suffixLength <= this.#length;
  }

  /** The hash of what the name holds where the shape says, if it fits. */
  under({ exact, prefixLength, suffixLength }: NameShape): number {
    if (exact) return this.#beginnings[this.#length] as number;
    return mixed(this.#beginnings[prefixLength] as number, this.#ends[suffixLength] as number);
  }
}

/** One hash of two, in which their order counts. */
export function mixed(one: number, other: number): number {
  const sum = Math.imul(one, 0x9e3779b1) + other;
  return Math.imul(sum ^ (sum >>> 15), 0x85ebca6b);
}
