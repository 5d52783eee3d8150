import { RE2JS } from 're2js';
import type { Finding, FindingCategory } from '../call/finding.js';
import { ConfigError } from '../errors/config-error.js';
import { isNear } from './surroundings.js';

/** A pattern of the user's: text in RE2's syntax, or a RegExp without look-around and back references. */
export type OwnPattern = string | RegExp;

/** What a user wants found besides the built-in types. */
export interface OwnDetector {
  /** The findings' type in lower snake case: `employee_id`. It may be one of the built-in types. */
  readonly type: string;
  /** `pii` by default; a built-in type keeps its own. */
  readonly category?: FindingCategory;
  /** What a value looks like. Runs on a linear-time engine, so that no text can stall the process. */
  readonly pattern: OwnPattern;
  /** Tells whether what the pattern found is a value; a check digit, say. It is trusted to be quick. */
  readonly validate?: (value: string) => boolean;
  /** One of these has to stand within 48 characters before a value or 24 behind it, in either case; a key counts. */
  readonly keywords?: readonly string[];
  /** From 0 to 1; 0.8 by default. */
  readonly confidence?: number;
}

const DEFAULT_CONFIDENCE = 0.8;
/** Values that begin in so many characters are searched for at once. */
const WINDOW = 512;
/** How far beyond a window one search may read, so that a greedy pattern does not read all of a text again for each value. */
const REACH = 512;
/** The values that go on beyond that may together be read so many times the length of the text. */
const MOST_READ_AGAIN = 4;

/** One own detector, compiled. */
export class OwnSearch {
  /** Matches a text that holds one of the keywords; undefined where there are none. */
  readonly keywords: RegExp | undefined;
  readonly #pattern: RE2JS;

  /** @throws ConfigError for a pattern that the engine cannot run. */
  constructor(
    private readonly detector: OwnDetector,
    private readonly category: FindingCategory,
  ) {
    this.#pattern = compilePattern(detector.pattern, `detectors: ${detector.type}`);
    this.keywords = detector.keywords?.length ? new RegExp(detector.keywords.map(quote).join('|'), 'i') : undefined;
  }

  /**
   * What it finds in a text, in order. Which of a pattern's alternatives fits is judged by 512 characters; a value that
   * goes on behind them is read to its end.
   */
  search(text: string): Finding[] {
    const findings: Finding[] = [];
    if (!this.#pattern.test(text)) {
      return findings;
    }
    const left = { characters: MOST_READ_AGAIN * text.length };
    for (let from = 0; from < text.length;) {
      from = this.#searchWindow(text, from, findings, left);
    }
    return findings;
  }

  /** Searches for values that begin in a window, and answers where the next window begins. */
  #searchWindow(text: string, from: number, findings: Finding[], left: { characters: number }): number {
    const last = Math.min(text.length, from + WINDOW);
    const seen = Math.min(text.length, last + REACH);
    // What stands before the window stays visible to `\b` and `^`.
    const matcher = this.#pattern.matcher(text.slice(0, seen));
    for (let at = from; at < last;) {
      if (!matcher.find(at)) {
        return last;
      }
      const start = matcher.start();
      if (start >= last) {
        return start;
      }
      const end = matcher.end() < seen ? matcher.end() : this.#endOfLong(text, start, seen, left);
      if (end > start && this.#isValue(text, start, end)) {
        const { type, confidence = DEFAULT_CONFIDENCE } = this.detector;
        findings.push({ type, category: this.category, start, end, confidence });
      }
      at = Math.max(end, start + 1);
      if (at >= last) {
        return at;
      }
    }
    return last;
  }

  /**
   * Where a value ends of which more than was seen may belong to it: looked for in twice as much again and again.
   *
   * All that reading together is in proportion to the text. Once it is used up, as only a text can do that is made for
   * it, the rest of the text passes for the value: too much is found then, never too little.
   */
  #endOfLong(text: string, start: number, seen: number, left: { characters: number }): number {
    for (let to = seen; to < text.length;) {
      to = Math.min(text.length, start + 2 * (to - start));
      left.characters -= to - start;
      if (left.characters < 0) {
        return text.length;
      }
      const matcher = this.#pattern.matcher(text.slice(0, to));
      const end = matcher.find(start) && matcher.start() === start ? matcher.end() : start;
      if (end < to) {
        return end;
      }
    }
    return text.length;
  }

  #isValue(text: string, start: number, end: number): boolean {
    if (this.keywords !== undefined && !isNear(text, start, end, this.keywords)) {
      return false;
    }
    return this.detector.validate?.(text.slice(start, end)) !== false;
  }
}

/**
 * Compiles a pattern of the user's for the linear-time engine (RE2).
 *
 * @param where How the error text names the pattern's place.
 * @throws ConfigError for syntax that the engine does not know, such as look-around and back references.
 */
export function compilePattern(pattern: OwnPattern, where: string): RE2JS {
  const [source, flags] = typeof pattern === 'string' ? [pattern, ''] : [pattern.source, pattern.flags];
  const bits =
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.includes('m') ? RE2JS.MULTILINE : 0) |
    (flags.includes('s') ? RE2JS.DOTALL : 0);
  try {
    return RE2JS.compile(typeof pattern === 'string' ? source : RE2JS.translateRegExp(source), bits);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      `${where}: the pattern cannot be run: ${reason}. Patterns run in linear time (RE2), without look-around and back references.`,
    );
  }
}

function quote(keyword: string): string {
  return keyword.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
