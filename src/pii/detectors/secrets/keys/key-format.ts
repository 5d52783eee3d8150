import {
  ALPHANUMERIC,
  BASE64_SIGN,
  BASE64URL,
  DIGIT,
  DOT,
  HEX,
  LOWER,
  UNDERSCORE,
  UPPER,
} from '../../../characters.js';
import type { Digits } from './plausible-key.js';

/** A run of characters of some classes: so many, or any number from a shortest length on. */
export interface KeyRun {
  /** Class bits of the characters. */
  readonly characters: number;
  readonly shortest: number;
  /** `Infinity` where a vendor names no length. */
  readonly longest: number;
}

/** One piece of a key behind its prefix: a run, or a fixed text between two runs. */
export type KeyPart = KeyRun | string;

/** The documented form of a provider's key: a prefix, and what follows it. */
export interface KeyFormat {
  /** The provider's name as it is written in documentation. */
  readonly provider: string;
  /** The type of the finding. */
  readonly type: string;
  readonly prefixes: readonly string[];
  readonly parts: readonly KeyPart[];
  /** Whether a key has a digit, as it usually has. */
  readonly digits?: Digits;
}

/** Letters, digits and underscores. */
export const WORD = ALPHANUMERIC | UNDERSCORE;
/** The alphabet of base64url with the full stop that separates segments. */
export const BASE64URL_DOT = BASE64URL | DOT;
/** The alphabets of base64 and of base64url together. */
export const BASE64_ANY = BASE64URL | BASE64_SIGN;
/** Upper case letters and digits. */
export const UPPER_DIGIT = UPPER | DIGIT;
/** Lower case letters and digits. */
export const LOWER_DIGIT = LOWER | DIGIT;

/** A run of one length. */
export function exactly(length: number, characters: number): KeyRun {
  return { characters, shortest: length, longest: length };
}

/** A run of a length between two. */
export function between(shortest: number, longest: number, characters: number): KeyRun {
  return { characters, shortest, longest };
}

/** A run of a length without upper limit. */
export function atLeast(shortest: number, characters: number): KeyRun {
  return { characters, shortest, longest: Infinity };
}

/** The five groups of hexadecimal digits of a UUID (RFC 9562, section 4). */
export const UUID: readonly KeyPart[] = [8, 4, 4, 4, 12].flatMap((length, index) =>
  index === 0 ? [exactly(length, HEX)] : ['-', exactly(length, HEX)],
);

/** One row of a table: the prefixes are separated by spaces. */
export function format(provider: string, type: string, prefixes: string, ...parts: readonly KeyPart[]): KeyFormat {
  return { provider, type, prefixes: prefixes.split(' '), parts };
}

/** A row whose keys have to have a digit, because names have its form, too. */
export function numbered(provider: string, type: string, prefixes: string, ...parts: readonly KeyPart[]): KeyFormat {
  return { ...format(provider, type, prefixes, ...parts), digits: 'required' };
}

/** A row whose keys may well be without any digit: they are short, or made of letters. */
export function lettered(provider: string, type: string, prefixes: string, ...parts: readonly KeyPart[]): KeyFormat {
  return { ...format(provider, type, prefixes, ...parts), digits: 'optional' };
}
