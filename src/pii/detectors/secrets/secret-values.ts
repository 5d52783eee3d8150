import { DIGIT, hasDigit, HEX_LETTER, isCrossedOut, LETTER } from '../../characters.js';
import { isPath, isPlaceholder } from './placeholders.js';
import {
  classesOf,
  hasIrregularCase,
  isMadeOfWords,
  isMonotonous,
  isNamedDigest,
  isPublicAddress,
  isUuid,
  looksRandom,
  OTHER,
} from './randomness.js';
import type { SecretKind } from './secret-names.js';

/** How a value is written. */
export type Writing =
  /** Between quotation marks, or as a JSON string of its own. */
  | 'quoted'
  /** Directly behind an equals sign, as in `password=x`. */
  | 'joined'
  /** Behind white space, as in prose: `password: x`. */
  | 'bare';

/** What redaction has written, at the end of a sentence, too. */
const MARK = /^##[A-Z0-9_]+##[.,;:!?)]*$/;
const WORDS = /^[A-Za-z]+(?:[-_.: ][A-Za-z]+)*$/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const VERSION = /^[~^v]?\d+\.\d+\.\d+(?:[-+][\w.]+)?$/;
/** Names in a program, of its constants and of what holds a password. */
const CONSTANT = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const PASSWORD_VARIABLE = /^(?=.*(?:[Pp]assw|PASSW|[Pp]wd))[A-Za-z_$][\w$]*$|^[a-z]+(?:[A-Z][a-z]+)+$/;
const HEX_NUMBER = /^0x[0-9a-f]{1,8}$/i;
const AWS_SECRET = /^[A-Za-z0-9/+]{40}$/;
const AZURE_KEY = /^[A-Za-z0-9/+]{86}==$/;
const WHITE_SPACE = /\s/;
/** A word of a sentence or of a form, in whatever language: `Passwort`, `Contraseña`. */
const CAPITALIZED_WORD = /^\p{Lu}\p{Ll}+$/u;
const NOT_ASCII_WORD = /^(?=.*[^\0-\x7f])\p{L}+$/u;
/** An equals sign within a value makes it another assignment; base64 has them at its end. */
const ASSIGNMENT = /=[^=]/;
/** A user's name and a password, as Bundler and others keep them in one value. */
const PAIR = /^[^\s:]{4,64}:[^\s:]{6,}$/;
const CODE = /^!|[=!]==?|=>|&&|\|\||[\w)]\(|^return\b|[<>]/;
const SHORTEST_KEY = 8;
/** Digits alone are identifiers, unless there are very many; letters alone are words. */
const SHORTEST_DIGITS = 15;
const SHORTEST_LETTERS = 20;
const SHORTEST_MIXED = 14;
const SHORTEST_HINTED = 16;
const LONGEST_HINTED = 512;
const SHORTEST_PASSWORD = 4;
const SHORTEST_NUMBER = 6;
const MOST_PASSWORD_WORDS = 3;

/** How sure it is that a value is the secret its name announces, from 0 (it is not) to 1. */
export function confidenceOfSecret(kind: SecretKind, value: string, writing: Writing): number {
  if (MARK.test(value)) {
    return 0;
  }
  const confidence = confidenceByKind(kind, value, writing);
  if (
    confidence === 0 ||
    isCrossedOut(value) ||
    isNamedDigest(value) ||
    isPublicAddress(value) ||
    isMonotonous(value)
  ) {
    return 0;
  }
  // An AWS key is not taken for a path: base64 may begin with a slash.
  if (
    (kind === 'aws_key' && AWS_SECRET.test(value)) ||
    (!isPlaceholder(value) && (!isPath(value) || looksRandom(value)))
  ) {
    return confidence;
  }
  return 0;
}

/** The type of finding for a named secret: the provider's own where the value has that provider's form. */
export function typeOfSecret(kind: SecretKind, value: string): string {
  if (kind === 'aws_key') {
    return AWS_SECRET.test(value) ? 'aws_key' : 'secret';
  }
  if (kind === 'azure_storage_key') {
    return AZURE_KEY.test(value) ? 'azure_storage_key' : 'api_key';
  }
  return kind === 'hinted' || kind === 'hinted_uuid' ? 'secret' : kind;
}

function confidenceByKind(kind: SecretKind, value: string, writing: Writing): number {
  switch (kind) {
    case 'password':
      return confidenceOfPassword(value, writing);
    case 'hinted':
    case 'hinted_uuid':
      return confidenceOfHinted(value, kind === 'hinted_uuid');
    default:
      return confidenceOfKey(value, writing);
  }
}

function confidenceOfHinted(value: string, mayBeUuid: boolean): number {
  if (
    value.length < SHORTEST_HINTED ||
    value.length > LONGEST_HINTED ||
    WHITE_SPACE.test(value) ||
    ASSIGNMENT.test(value)
  ) {
    return 0;
  }
  if (isUuid(value)) {
    return mayBeUuid ? 0.5 : 0;
  }
  return looksRandom(value) && !isMadeOfWords(value) && !isPath(value) ? 0.5 : 0;
}

function confidenceOfKey(value: string, writing: Writing): number {
  if (isPlainlyNoKey(value)) {
    return 0;
  }
  if (value.length < SHORTEST_KEY || WHITE_SPACE.test(value) || isMadeOfWords(value)) {
    return isLongWord(value, writing) ? 0.5 : 0;
  }
  if (hasDigit(value)) {
    return (NUMBER.test(value) && value.length < SHORTEST_DIGITS) || isCode(value, writing) ? 0 : 0.7;
  }
  if (value.length < SHORTEST_LETTERS) {
    return isLongWord(value, writing) ? 0.5 : 0;
  }
  const random = /[A-Z]/.test(value) && /[a-z]/.test(value) && !WORDS.test(value.slice(1));
  return random && !isCode(value, writing) ? 0.5 : 0;
}

/** True for what is none by its characters alone: without digits, a key has both cases, or is letters from end to end. */
export function isPlainlyNoKey(value: string): boolean {
  const seen = classesOf(value);
  return (seen & DIGIT) === 0 && (seen & LETTER) !== LETTER && (seen & ~(LETTER | HEX_LETTER)) !== 0;
}

/** Letters alone, without a break: longer than words are, or with a case that changes as in no name. */
function isLongWord(value: string, writing: Writing): boolean {
  if (/^(?:[a-z]+|[A-Z]+)$/.test(value)) {
    return value.length >= SHORTEST_LETTERS;
  }
  return writing !== 'bare' && value.length >= SHORTEST_MIXED && hasIrregularCase(value);
}

function isCode(value: string, writing: Writing): boolean {
  return (
    writing !== 'quoted' &&
    (HEX_NUMBER.test(value) || ((CODE.test(value) || CONSTANT.test(value)) && !looksRandom(value)))
  );
}

function confidenceOfPassword(value: string, writing: Writing): number {
  // What consists of ASCII letters, digits and the signs of keys is spared the tests of other signs.
  const seen = classesOf(value);
  const hasOther = (seen & OTHER) !== 0;
  const hasSign = (seen & DIGIT) !== 0 || /[!@#$%^&*?~+]/.test(value);
  const onlyLetters = (seen & ~(LETTER | HEX_LETTER)) === 0;
  if (value.length < SHORTEST_PASSWORD || (writing !== 'quoted' && !hasSign && !hasOther && !onlyLetters)) {
    return 0;
  }
  const count = writing === 'bare' && NUMBER.test(value) && value.length < SHORTEST_NUMBER;
  if (count || isCode(value, writing)) {
    return 0;
  }
  if (hasOther && WHITE_SPACE.test(value)) {
    return hasDigit(value) && value.split(/\s+/, MOST_PASSWORD_WORDS + 1).length <= MOST_PASSWORD_WORDS ? 0.6 : 0;
  }
  if (VERSION.test(value) || (writing === 'bare' && PASSWORD_VARIABLE.test(value))) {
    return 0;
  }
  if (hasSign || (hasOther && PAIR.test(value))) {
    return 0.8;
  }
  if ((hasOther || onlyLetters) && (CAPITALIZED_WORD.test(value) || NOT_ASCII_WORD.test(value))) {
    return 0;
  }
  return writing === 'quoted' || onlyLetters ? 0.6 : 0;
}
