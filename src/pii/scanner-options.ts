import { z } from 'zod';
import { ConfigError, nearest } from '../errors/config-error.js';
import type { OwnDetector, OwnPattern } from './own-patterns.js';

/** What the built-in scanner is to look for. */
export interface RegexPIIScannerOptions {
  /** Only these types; all of them by default. */
  readonly types?: readonly string[];
  /** All but these types. */
  readonly exclude?: readonly string[];
  /** Detectors of your own, besides the built-in ones. */
  readonly detectors?: readonly OwnDetector[];
  /** Values that are never findings: a text is the whole value, a RegExp has to cover the whole value. */
  readonly allow?: readonly OwnPattern[];
}

const pattern = z.union([z.string().min(1), z.instanceof(RegExp)], { error: 'must be a text or a RegExp' });

const detector = z.strictObject({
  type: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be in lower snake case, as in employee_id'),
  category: z.enum(['pii', 'secret', 'text']).optional(),
  pattern,
  validate: z.custom<OwnDetector['validate']>((value) => typeof value === 'function', 'must be a function').optional(),
  keywords: z.array(z.string().min(1)).min(1).optional(),
  confidence: z.number().gt(0).lte(1).optional(),
});

const options = z.strictObject({
  types: z.array(z.string()).optional(),
  exclude: z.array(z.string()).optional(),
  detectors: z.array(detector).max(1_000).optional(),
  allow: z.array(pattern).optional(),
});

/**
 * Checks what a user wrote, and gives back a copy of it.
 *
 * @throws ConfigError that names the first thing that is wrong.
 */
export function checkScannerOptions(value: RegexPIIScannerOptions): RegexPIIScannerOptions {
  const checked = options.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const path = ['RegexPIIScanner', ...(issue?.path ?? []).map(String)].join('.');
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const near = nearest(key, Object.keys((issue.path.length === 0 ? options : detector).shape));
    throw new ConfigError(`${path}: unknown option '${key}'.${near === '' ? '' : ` Did you mean '${near}'?`}`);
  }
  throw new ConfigError(`${path}: ${issue?.message ?? 'is not valid'}.`);
}

/**
 * The types that are wanted.
 *
 * @throws ConfigError for the name of a type that there is not.
 */
export function wantedTypes({ types, exclude }: RegexPIIScannerOptions, known: ReadonlySet<string>): Set<string> {
  for (const type of [...(types ?? []), ...(exclude ?? [])]) {
    if (!known.has(type)) {
      const near = nearest(type, [...known]);
      const hint = near === '' ? '' : ` Did you mean '${near}'?`;
      throw new ConfigError(`There is no type of finding called '${type}'.${hint} RegexPIIScanner.types has them all.`);
    }
  }
  const excluded = new Set(exclude);
  return new Set([...(types ?? known)].filter((type) => !excluded.has(type)));
}
