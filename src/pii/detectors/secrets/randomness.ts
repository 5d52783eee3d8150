import {
  ALPHANUMERIC,
  BASE64_SIGN,
  CLASSES,
  DASH,
  DIGIT,
  DOT,
  LETTER,
  LOWER,
  UNDERSCORE,
  UPPER,
} from '../../characters.js';

const LONGEST_JUDGED = 128;
const SHORTEST_PART = 8;
const SHORTEST_TOKEN = 16;
const FEWEST_CHANGES = 3;
/** Bits a character; random hexadecimal text of 16 characters has about 3.3, English words of that length about 3. */
const LEAST_ENTROPY = 3;
/** What a placeholder of zeros with a few other signs stays under. */
const LEAST_VARIETY = 1.6;
const FEWEST_CAPITALS = 0.34;
const MOST_CAPITALS = 0.75;
const MUCH_VARIETY = 3.4;
/** Words and numbers go on for longer than what was drawn at random; a run is of one class, or a word's capital. */
const LONGEST_RUN_ON_AVERAGE = 5;
/** How often each sign occurs; zero again behind each text. */
const COUNTS = new Uint8Array(128);
/** By how much `n * log2(n)` grows with the next sign of a kind, by how many there are. */
const STEPS = Float64Array.from({ length: LONGEST_JUDGED }, (_, n) =>
  n === 0 ? 0 : (n + 1) * Math.log2(n + 1) - n * Math.log2(n),
);
const ROUNDING = 1e-9;
/** Stands for characters of no class. */
export const OTHER = 1 << 15;
const JOINTS = DASH | UNDERSCORE | DOT;
const TOKEN = ALPHANUMERIC | JOINTS | BASE64_SIGN;
/** 1 for each character that may be a part of a token, by its code. */
const IN_TOKEN = Uint8Array.from(CLASSES, (bits) => ((bits & TOKEN) === 0 ? 0 : 1));
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HASH_PREFIX = /^(?:sha\d{1,3}|md5|h1|crc32)[-:=]/i;
const PUBLIC_ADDRESS =
  /^0x[0-9a-f]{40}$|(?:^|-)(?:subnet|vpc|vpce|sg|eni|ami|vol|rtb|igw|nat|snap|lt|acl|tgw|i)-[0-9a-f]{8,17}$/i;
/** Parts that are words, or short numbers: `my-key-2`, `test_token_v1`, `us.east.1`. */
const WORDS_AND_COUNTS = /^(?:[A-Za-z]+\d{0,2}|\d{1,4})(?:[-_./: ](?:[A-Za-z]+\d{0,2}|\d{1,4}))+$/;
/** An identifier of a program, maybe with a count: `contextToken2`, `Token$1`, `MAX_RETRY_2`. */
const IDENTIFIER = /^[$_]?(?:[A-Z]?[a-z]+(?:[A-Z][a-z]+)*|[A-Z]+(?:_[A-Z]+)*)[$_]?\d{0,2}$/;

/** True for the text form of a UUID (RFC 9562, section 4). */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}

/** True if a value is made of words, as names and messages are, with at most short numbers between them. */
export function isMadeOfWords(value: string): boolean {
  return WORDS_AND_COUNTS.test(value) || IDENTIFIER.test(value);
}

/** True for what names a thing of a cloud or of a chain in public: `subnet-0a1b2c3d`, an address of Ethereum (EIP-55). */
export function isPublicAddress(value: string): boolean {
  return PUBLIC_ADDRESS.test(value);
}

/** True for a digest that says by which function it was made: `sha256-...`, as in the integrity of a lock file. */
export function isNamedDigest(value: string): boolean {
  return HASH_PREFIX.test(value);
}

/** The first test of what stands behind a sign, of one character: where a token begins soon, it goes on there. */
export function mayHoldToken(text: string, from: number): boolean {
  return isTokenCharacter(text, from + SHORTEST_TOKEN - 1);
}

/** True if what begins at a place may be a random token: so many of its characters in a row, with a digit among them. */
export function mayBeToken(text: string, start: number): boolean {
  const end = start + SHORTEST_TOKEN;
  if (end > text.length) {
    return false;
  }
  let seen = 0;
  for (let at = start; at < end; at += 1) {
    const bits = CLASSES[text.charCodeAt(at)] as number;
    if ((bits & TOKEN) === 0) {
      return false;
    }
    seen |= bits;
  }
  return (seen & DIGIT) !== 0;
}

/** True if a character may be a part of a token. */
export function isTokenCharacter(text: string, at: number): boolean {
  return at < text.length && IN_TOKEN[text.charCodeAt(at)] === 1;
}

/** The same as `mayBeToken` from a few characters, which is wrong now and then: 16 must follow. One branch for all of them. */
export function seemsToken(text: string, start: number): boolean {
  return (
    ((IN_TOKEN[text.charCodeAt(start + 4)] as number) &
      (IN_TOKEN[text.charCodeAt(start + 7)] as number) &
      (IN_TOKEN[text.charCodeAt(start + 10)] as number) &
      (IN_TOKEN[text.charCodeAt(start + 13)] as number)) ===
    1
  );
}

/** True if so few characters make up a value that somebody filled it in: `0000000000ABC`. */
export function isMonotonous(value: string): boolean {
  return value.length >= SHORTEST_PART && entropyOf(value.slice(0, LONGEST_JUDGED)) < LEAST_VARIETY;
}

/** True if hardly a sign of a value comes twice, as in a password that somebody made up to be strong. */
export function looksVaried(value: string): boolean {
  return entropyOf(value.slice(0, LONGEST_JUDGED)) >= MUCH_VARIETY;
}

/** True for letters of which about half are upper case: a name of several words has one capital a word. */
export function hasIrregularCase(value: string): boolean {
  let capitals = 0;
  for (let at = 0; at < value.length; at += 1) {
    const bits = CLASSES[value.charCodeAt(at)] as number;
    if ((bits & LETTER) === 0) {
      return false;
    }
    capitals += (bits & UPPER) >> 1;
  }
  return capitals > value.length * FEWEST_CAPITALS && capitals < value.length * MOST_CAPITALS;
}

/** All classes of a value's characters together; `OTHER` for what has none. */
export function classesOf(value: string): number {
  let seen = 0;
  for (let at = 0; at < value.length; at += 1) {
    const bits = CLASSES[value.charCodeAt(at)] as number;
    seen |= bits === 0 ? OTHER : bits;
  }
  return seen;
}

/**
 * True if a value looks as if it had been drawn at random: one part of it changes between letters and digits as words,
 * versions and dates do not, and its characters are spread (entropy by Shannon, 1948).
 */
export function looksRandom(value: string): boolean {
  let changes = 0;
  let digits = 0;
  let letters = 0;
  let part = 0;
  let before = 0;
  let random = false;
  const length = Math.min(value.length, LONGEST_JUDGED);
  for (let at = 0; at <= length; at += 1) {
    const bits = at < length ? (CLASSES[value.charCodeAt(at)] as number) : 0;
    const kind = bits & (UPPER | LOWER | DIGIT);
    if (kind === 0) {
      if ((bits & BASE64_SIGN) !== 0) {
        continue;
      }
      random ||=
        part >= SHORTEST_PART &&
        digits > 1 &&
        letters > 1 &&
        changes >= FEWEST_CHANGES &&
        (changes + 1) * LONGEST_RUN_ON_AVERAGE >= part;
      changes = digits = letters = part = before = 0;
      continue;
    }
    part += 1;
    changes += before !== 0 && kind !== before && !(before === UPPER && kind === LOWER) ? 1 : 0;
    digits += kind === DIGIT ? 1 : 0;
    letters += kind === DIGIT ? 0 : 1;
    before = kind;
  }
  return random && entropyOf(value.slice(0, LONGEST_JUDGED)) >= LEAST_ENTROPY;
}

/** Shannon's entropy of a text in bits a character; what is not ASCII passes for a sign that is. */
function entropyOf(value: string): number {
  const { length } = value;
  let sum = 0;
  for (let at = 0; at < length; at += 1) {
    const code = value.charCodeAt(at) & 127;
    const count = COUNTS[code] as number;
    sum += STEPS[count] as number;
    COUNTS[code] = count + 1;
  }
  for (let at = 0; at < length; at += 1) {
    COUNTS[value.charCodeAt(at) & 127] = 0;
  }
  // What is exact by the definition, such as three bits for eight signs, is not to fall short by a rounding.
  return length === 0 ? 0 : Math.log2(length) - sum / length + ROUNDING;
}
