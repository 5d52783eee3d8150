import type { Finding, FindingCategory, PIIScanner } from '../call/finding.js';
import { ALL_DETECTORS } from './detectors/all-detectors.js';
import { confidenceOfSecret, typeOfSecret } from './detectors/secrets/secret-values.js';
import { Engine } from './engine.js';
import { KeyMemory, type KeyKnowledge } from './key-memory.js';
import { isHostile, withoutOverlaps } from './overlaps.js';
import { compilePattern, OwnSearch } from './own-patterns.js';
import { PlainReading } from './plain-reading.js';
import { checkScannerOptions, type RegexPIIScannerOptions, wantedTypes } from './scanner-options.js';

const BUILT_IN: ReadonlyMap<string, FindingCategory> = new Map(
  ALL_DETECTORS.flatMap(({ types, category }) => types.map((type) => [type, category] as const)),
);
const LONGEST_NUMBER = 64;

/** Tells whether a value is never a finding. */
type Allowance = (value: string) => boolean;

/**
 * The built-in scanner: patterns with validators, in one pass over each text.
 *
 * It is synchronous, keeps nothing of what it saw but the names of clean keys, and its work is proportional to the
 * length of the text whatever the text is. A text that may hold values in another form (percent-encoded, base64,
 * full-width digits, with characters in between that cannot be seen) is read a second time, without those disguises.
 */
export class RegexPIIScanner implements PIIScanner {
  /** The names of all built-in types, in alphabetical order. */
  static readonly types: readonly string[] = Object.freeze([...BUILT_IN.keys()].sort());

  readonly #types: ReadonlySet<string>;
  readonly #engine: Engine;
  readonly #own: readonly OwnSearch[];
  readonly #allows: Allowance | undefined;
  readonly #keys: KeyMemory;
  readonly #scanKey = (key: string): readonly Finding[] => this.scan(key);

  /** @throws ConfigError for an option that cannot be right: an unknown type or key, a pattern that cannot be run. */
  constructor(options: RegexPIIScannerOptions = {}) {
    const { detectors = [], allow = [], ...wanted } = checkScannerOptions(options);
    const known = new Set([...BUILT_IN.keys(), ...detectors.map(({ type }) => type)]);
    this.#types = wantedTypes(wanted, known);
    this.#engine = engineFor(this.#types);
    this.#own = detectors
      .filter(({ type }) => this.#types.has(type))
      .map((each) => new OwnSearch(each, BUILT_IN.get(each.type) ?? each.category ?? 'pii'));
    this.#allows = allow.length === 0 ? undefined : toAllowance(allow);
    this.#keys = new KeyMemory(this.#own.flatMap(({ keywords }) => keywords ?? []));
  }

  /** Finds personal data and secrets in a text; in order, and without overlaps. */
  scan(text: string): readonly Finding[] {
    const findings = this.#engine.scan(text);
    const disguised = this.#engine.disguised || findings.some(isHostile);
    return disguised || this.#own.length > 0 || this.#allows !== undefined
      ? this.#scanFurther(text, findings, disguised)
      : findings;
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
    if (confidence === 0 || !this.#types.has(type) || this.#allows?.(text) === true) {
      return findings;
    }
    return withoutOverlaps([...findings, { type, category: 'secret', start: 0, end: text.length, confidence }]);
  }

  /** Adds what own detectors and a plain reading find, and takes away what is allowed. */
  #scanFurther(text: string, findings: readonly Finding[], disguised: boolean): readonly Finding[] {
    let all = this.#withOwn(text, findings);
    if (disguised) {
      const reading = new PlainReading(text, findings.filter(isHostile));
      const read = this.#withoutAllowed(reading.text, this.#withOwn(reading.text, this.#engine.scan(reading.text)));
      // Hostile text is what the text itself holds.
      const values = read.filter((finding) => !isHostile(finding));
      const hidden = notAmong(all, reading.toOriginal(values));
      all = hidden.length === 0 ? all : withoutOverlaps([...all, ...hidden]);
    }
    return this.#withoutAllowed(text, all);
  }

  #withOwn(text: string, findings: readonly Finding[]): readonly Finding[] {
    const own = this.#own.flatMap((each) => each.search(text));
    return own.length === 0 ? findings : withoutOverlaps([...findings, ...own]);
  }

  #withoutAllowed(text: string, findings: readonly Finding[]): readonly Finding[] {
    const allows = this.#allows;
    return allows === undefined ? findings : findings.filter(({ start, end }) => !allows(text.slice(start, end)));
  }

  /** Findings in a text that stands behind a label; of a long text, the label tells of the beginning. */
  #scanBehind(label: string, text: string): readonly Finding[] {
    const shift = label.length;
    const beginning = this.scan(label + text.slice(0, LONGEST_NUMBER))
      .filter(({ end }) => end > shift)
      .map((finding) => ({ ...finding, start: Math.max(0, finding.start - shift), end: finding.end - shift }));
    if (text.length <= LONGEST_NUMBER) {
      return beginning;
    }
    // What touches the cut may be a piece of something else.
    const whole = beginning.filter(({ end }) => end < LONGEST_NUMBER);
    return withoutOverlaps([...whole, ...this.scan(text)]);
  }
}

/** By the types that are looked for. An engine keeps nothing from one text to the next, so that scanners may share it. */
const engines = new Map<string, Engine>();
/** More sets of types than any program has: whoever makes more of them makes their engines, too. */
const MOST_ENGINES = 32;

/** Making an engine costs as much as scanning the arguments of thousands of calls. */
function engineFor(types: ReadonlySet<string>): Engine {
  const wanted = RegexPIIScanner.types.filter((type) => types.has(type));
  const key = wanted.join();
  const known = engines.get(key);
  if (known !== undefined) return known;
  const engine = new Engine(ALL_DETECTORS, new Set(wanted));
  if (engines.size < MOST_ENGINES) engines.set(key, engine);
  return engine;
}

function toAllowance(allow: NonNullable<RegexPIIScannerOptions['allow']>): Allowance {
  const values = new Set(allow.filter((each) => typeof each === 'string'));
  const patterns = allow.filter((each) => typeof each !== 'string').map((each) => compilePattern(each, 'allow'));
  return (value) => values.has(value) || patterns.some((pattern) => pattern.testExact(value));
}

/** Of findings in order those that are not among others in order: most stand there undisguised, and were found before. */
function notAmong(others: readonly Finding[], findings: readonly Finding[]): readonly Finding[] {
  let from = 0;
  return findings.filter(({ type, start, end }) => {
    while (from < others.length && (others[from] as Finding).start < start) from += 1;
    for (let at = from; others[at]?.start === start; at += 1) {
      if (others[at]?.type === type && others[at]?.end === end) return false;
    }
    return true;
  });
}
