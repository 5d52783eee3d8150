import type { Finding, PIIScanner } from '../call/finding.js';
import { ALL_DETECTORS } from './detectors/all-detectors.js';
import { Engine } from './engine.js';
import { KeyMemory, type KeyKnowledge } from './key-memory.js';
import { withoutOverlaps } from './overlaps.js';
import { confidenceOfSecret, typeOfSecret } from './secret-values.js';

/** What the built-in scanner is to look for. */
export interface RegexPIIScannerOptions {
  /** Only these types; all of them by default. */
  readonly types?: readonly string[];
  /** All but these types. */
  readonly exclude?: readonly string[];
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(ALL_DETECTORS.flatMap((detector) => detector.types).sort());
const LONGEST_NUMBER = 64;

/**
 * The built-in scanner: patterns with validators, in one pass over each text.
 *
 * It is synchronous, keeps nothing of what it saw but the names of clean keys, and its work is proportional to the
 * length of the text whatever the text is.
 */
export class RegexPIIScanner implements PIIScanner {
  /** The names of all types that it can find, in alphabetical order. */
  static readonly types: readonly string[] = Object.freeze([...KNOWN_TYPES]);

  readonly #types: ReadonlySet<string>;
  readonly #engine: Engine;
  readonly #keys = new KeyMemory();
  readonly #scanKey = (key: string): readonly Finding[] => this.scan(key);

  /** @throws TypeError for the name of a type that there is not. */
  constructor(options: RegexPIIScannerOptions = {}) {
    const excluded = new Set(known(options.exclude ?? []));
    this.#types = new Set([...known(options.types ?? [...KNOWN_TYPES])].filter((type) => !excluded.has(type)));
    this.#engine = new Engine(ALL_DETECTORS, this.#types);
  }

  /** Finds personal data and secrets in a text; in order, and without overlaps. */
  scan(text: string): readonly Finding[] {
    return this.#engine.scan(text);
  }

  /** What a key of an object holds itself, and says about its value. */
  scanKey(key: string): KeyKnowledge {
    return this.#keys.of(key, this.#scanKey);
  }

  /**
   * Finds what it would find in the JSON text of a member: `{ password: 'x' }` holds what `"password": "x"` does, although
   * the value alone says nothing.
   */
  scanMember(key: string, knowledge: KeyKnowledge, text: string): readonly Finding[] {
    const findings = knowledge.namesNumber ? this.#scanBehind(`${key}: `, text) : this.scan(text);
    if (knowledge.secret === undefined) {
      return findings;
    }
    const confidence = confidenceOfSecret(knowledge.secret, text, 'quoted');
    const type = typeOfSecret(knowledge.secret, text);
    if (confidence === 0 || !this.#types.has(type)) {
      return findings;
    }
    return withoutOverlaps([...findings, { type, category: 'secret', start: 0, end: text.length, confidence }]);
  }

  /** Findings in a text that stands behind a label; long texts speak for themselves. */
  #scanBehind(label: string, text: string): readonly Finding[] {
    if (text.length > LONGEST_NUMBER) {
      return this.scan(text);
    }
    const shift = label.length;
    return this.scan(label + text)
      .filter(({ end }) => end > shift)
      .map((finding) => ({ ...finding, start: Math.max(0, finding.start - shift), end: finding.end - shift }));
  }
}

function known(types: readonly string[]): readonly string[] {
  for (const type of types) {
    if (!KNOWN_TYPES.has(type)) {
      throw new TypeError(`There is no type of finding called "${type}". Known types: ${[...KNOWN_TYPES].join(', ')}.`);
    }
  }
  return types;
}
