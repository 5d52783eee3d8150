import { ALPHANUMERIC, classAt, DASH, DOT, endOfRun, UNDERSCORE } from '../../characters.js';
import type { Detector } from '../../detector.js';
import { COMPOSED_PROVIDERS } from './composed-keys.js';
import { ALL_KEYS } from './keys/all-keys.js';
import type { KeyFormat, KeyPart, KeyRun } from './keys/key-format.js';
import { isPlausibleKey } from './keys/plausible-key.js';

/** How much of a key of any length is judged; what goes on behind it is then read to its end. */
const JUDGED = 48;
const CONFIDENCE = 0.97;
const PLUS = 0x2b;
const SLASH = 0x2f;
const FULL_STOP = 0x2e;
const SHORT_PREFIX = 3;
const LONG = 100;

/** Finds the keys of common providers by the prefix that they carry for exactly that purpose. */
export const providerKeyDetectors: readonly Detector[] = ALL_KEYS.flatMap((key) =>
  key.prefixes.map((prefix) => toDetector(key, prefix)),
);

/** The providers whose keys are found by their form, in alphabetical order, each with the types of its findings. */
export const PROVIDERS: ReadonlyMap<string, readonly string[]> = byProvider([
  ...ALL_KEYS.map(({ provider, type }) => [provider, type] as const),
  ...COMPOSED_PROVIDERS,
]);

function byProvider(rows: readonly (readonly [provider: string, type: string])[]): Map<string, readonly string[]> {
  const providers = new Map<string, readonly string[]>();
  for (const [provider, type] of [...rows].sort(([left], [right]) => left.localeCompare(right, 'en'))) {
    providers.set(provider, [...new Set([...(providers.get(provider) ?? []), type])]);
  }
  return providers;
}

function toDetector(key: KeyFormat, prefix: string): Detector {
  const canRepeat = mayHoldItself(key, prefix);
  return {
    types: [key.type],
    category: 'secret',
    anchor: { at: 'prefix', prefixes: [prefix] },
    detect(text, at, report) {
      if (canRepeat && (classAt(text, at - 1) & (DASH | UNDERSCORE)) !== 0) {
        return at;
      }
      const body = at + prefix.length;
      const end = endOfParts(text, body, key.parts);
      if (end < 0 || isPartOfLonger(text, at, end, prefix.length)) {
        return at;
      }
      if (!isPlausibleKey(text.slice(body, end), key.digits ?? 'usual')) {
        return at;
      }
      const whole = endOfWhole(text, end, key.parts);
      return report(key.type, at, whole, CONFIDENCE) ? whole : at;
    },
  };
}

/**
 * True for a piece of base64, and for what a name with full stops ends in (`icon.ico-...`).
 *
 * It counts only by a prefix that may stand there by chance, for a slash also begins a path, a plus sign is a space in a
 * form, and a full stop ends a sentence.
 */
function isPartOfLonger(text: string, at: number, end: number, prefixLength: number): boolean {
  const before = text.charCodeAt(at - 1);
  const behind = text.charCodeAt(end);
  const isBehindName = (classAt(text, at - 2) & ALPHANUMERIC) !== 0;
  if (before === FULL_STOP && isBehindName) {
    return prefixLength <= SHORT_PREFIX + 1;
  }
  const joins = before === PLUS || (before === SLASH ? isBehindName : behind === SLASH || behind === PLUS);
  return joins && prefixLength <= SHORT_PREFIX;
}

/**
 * True for a long key that may hold its own prefix behind a hyphen or an underscore; there it does not begin, or each of
 * many prefixes in a row would read all that follows.
 */
function mayHoldItself({ parts }: KeyFormat, prefix: string): boolean {
  return (
    /[A-Za-z0-9]$/.test(prefix) &&
    parts.some((part) => typeof part !== 'string' && part.longest > LONG && (part.characters & DASH) !== 0)
  );
}

/** Where the judged part of a key ends; -1 if what stands there has not the form of one. */
function endOfParts(text: string, from: number, parts: readonly KeyPart[]): number {
  let at = from;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] as KeyPart;
    const isLast = index === parts.length - 1;
    const end = typeof part === 'string' ? endOfText(text, at, part) : endOfOneRun(text, at, part, isLast);
    if (end < 0) {
      return -1;
    }
    at = end;
  }
  const last = parts.at(-1) as KeyPart;
  const goesOn = typeof last === 'string' || last.longest !== Infinity ? 0 : last.characters;
  return (classAt(text, at) & ALPHANUMERIC & ~goesOn) === 0 ? at : -1;
}

function endOfText(text: string, at: number, part: string): number {
  return text.startsWith(part, at) ? at + part.length : -1;
}

function endOfOneRun(text: string, at: number, run: KeyRun, isLast: boolean): number {
  const most = run.longest === Infinity ? Math.max(run.shortest, JUDGED) : run.longest;
  const read = endOfRun(text, at, run.characters, isLast ? most + 1 : most);
  const end = isLast ? withoutFullStops(text, at, read) : read;
  const length = end - at;
  return length < run.shortest || (length > most && run.longest !== Infinity) ? -1 : end;
}

function endOfWhole(text: string, end: number, parts: readonly KeyPart[]): number {
  const last = parts.at(-1) as KeyPart;
  return typeof last === 'string' || last.longest !== Infinity
    ? end
    : withoutFullStops(text, end, endOfRun(text, end, last.characters));
}

/** A full stop at the end is the sentence's. */
function withoutFullStops(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && (classAt(text, at - 1) & DOT) !== 0) {
    at -= 1;
  }
  return at;
}
