import type { z } from 'zod';
import type { JsonObject } from '../../call/json.js';
import { nearest } from '../../errors/config-error.js';
import { isPlain } from './copy-json.js';
import { type Place, placeAt } from './place.js';
import type { Problems } from './problems.js';

/** The keys of a mapping, with what may stand behind each. */
export type Fields = Readonly<Record<string, z.ZodType>>;

/** Reads the values of some keys by itself; gives back what is to be kept. */
export type FieldReaders = Readonly<Record<string, (value: unknown, place: Place) => unknown>>;

/** How a mapping is read. */
export interface FieldOptions {
  /** Keys that are read by their own function instead of by their schema. */
  readonly readers?: FieldReaders;
  /** Second spellings, with the canonical word. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** What to say of words that belong elsewhere. */
  readonly hints?: Readonly<Record<string, string>>;
}

const NO_OPTIONS: FieldOptions = {};

/** Reads a mapping key by key into its canonical words; undefined where it is no mapping. */
export function readFields(
  value: unknown,
  fields: Fields,
  place: Place | undefined,
  problems: Problems,
  options: FieldOptions = NO_OPTIONS,
): JsonObject | undefined {
  if (!isPlain(value)) {
    problems.add(place, `${value === null ? 'has no value: it ' : ''}must be a mapping of ${wordsOf(fields)}`);
    return undefined;
  }
  const { readers, aliases, hints } = options;
  const read: JsonObject = {};
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member === undefined) continue;
    if (!Object.hasOwn(fields, key)) {
      problems.addUnknownKey(place, key, Object.keys(fields), ownOf(hints, key));
      continue;
    }
    const canonical = ownOf(aliases, key) ?? key;
    if (canonical !== key && value[canonical] !== undefined) {
      problems.add(placeAt(place, key), `'${key}' is another word for '${canonical}': write one of them`, 'key');
    }
    const reader = ownOf(readers, key);
    read[canonical] =
      reader === undefined
        ? readLeaf(member, fields[key] as z.ZodType, place, key, problems)
        : reader(member, placeAt(place, key));
  }
  return read;
}

function readLeaf(
  value: unknown,
  schema: z.ZodType,
  parent: Place | undefined,
  key: string,
  problems: Problems,
): unknown {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  checkValue(value, checked.error, placeAt(parent, key), problems);
  return undefined;
}

/** Reports why a value is refused by its schema, and what to write instead. */
export function checkValue(value: unknown, error: z.ZodError, place: Place, problems: Problems): void {
  const issue = error.issues[0];
  let at = place;
  let found = value;
  for (const step of issue?.path ?? []) {
    at = placeAt(at, typeof step === 'symbol' ? String(step) : step);
    found = (found as JsonObject)[step as string];
  }
  if (issue?.code === 'unrecognized_keys') {
    for (const key of issue.keys) problems.addUnknownKey(at, key, at.key === 'length' ? BOUNDS : RATE_LIMIT_KEYS);
    return;
  }
  const empty = found === null ? 'has no value: it ' : '';
  problems.add(at, `${empty}${issue?.message ?? 'is not valid'}${hintFor(found, issue)}`);
}

function hintFor(found: unknown, issue: z.core.$ZodIssue | undefined): string {
  const message = issue?.message ?? '';
  if (issue?.code === 'invalid_value' && typeof found === 'string') {
    const near = OTHER_WORDS.get(found.toLowerCase()) ?? nearest(found, issue.values.map(String));
    return near !== '' && issue.values.includes(near) ? `. Did you mean '${near}'?` : '';
  }
  if (/text|glob/.test(message) && (typeof found === 'number' || typeof found === 'boolean')) {
    return `. Put it in quotes: "${found}"`;
  }
  if (message.startsWith('must be true or false') && typeof found === 'string') {
    const word = /^(true|yes|on)$/i.test(found) ? 'true' : /^(false|no|off)$/i.test(found) ? 'false' : undefined;
    return word === undefined ? '' : `. Write ${word}, without quotes`;
  }
  return '';
}

/** Words of other policy languages, and of the other key. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['auto', 'allow'],
  ['permit', 'allow'],
  ['approve', 'review'],
  ['ask', 'review'],
  ['deny', 'block'],
  ['forbid', 'block'],
  ['log', 'warn'],
]);

/** The keys of the mappings that are read by their schema as a whole. */
const RATE_LIMIT_KEYS = ['max_per_minute', 'max_per_hour', 'max_per_day', 'max_concurrent', 'by'];
const BOUNDS = ['eq', 'gt', 'gte', 'lt', 'lte'];

function wordsOf(fields: Fields): string {
  return Object.keys(fields).slice(0, 4).join(', ');
}

function ownOf<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
