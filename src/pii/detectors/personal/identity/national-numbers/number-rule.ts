import type { Digits } from '../../checksums.js';
import type { IdName } from '../id-words.js';

interface Rule {
  readonly type: IdType;
  /** The names one of which must stand near it; see `ID_WORDS`. None if it needs none. */
  readonly names: readonly IdName[];
  /** Names that say that it is something else. */
  readonly unless?: readonly IdName[];
  /** Set where nothing but the rest of a label may stand between the name and the number. */
  readonly labelled?: true;
}

/** A number of digits, in groups or not: how it is written, what its digits must fulfil, and what it is called. */
export interface NumberRule extends Rule {
  /**
   * How it is written where a name stands nearby, separated by bars: lengths of the groups of digits and what stands
   * between them. A tilde is a space, a hyphen or a full stop.
   */
  readonly written?: string;
  /** The ways of writing it that need no name nearby, as few other numbers look so. */
  readonly alone?: string;
  /** What follows the digits and belongs to the number; a sticky pattern. */
  readonly rest?: RegExp;
  /** Judges the digits, of which there are as many as the way of writing has; `rest` is what the pattern read. */
  isValid?(digits: Digits, rest: string): boolean;
}

/** An identifier of capital letters and digits. */
export interface WordRule extends Rule {
  /** How many letters and digits stand in it before anything else. */
  readonly lengths: readonly number[];
  /** The form of the whole identifier; a sticky pattern. */
  readonly form: RegExp;
  /** Judges an identifier of that form. */
  isValid?(word: string): boolean;
}

/** The types of finding that identifiers of persons and accounts have. */
export const ID_TYPES = [
  'bank_account',
  'bank_routing',
  'driving_licence',
  'health_id',
  'national_id',
  'passport',
  'tax_id',
] as const;

/** One of the types of finding that identifiers have. */
export type IdType = (typeof ID_TYPES)[number];
