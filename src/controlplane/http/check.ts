import type { z } from 'zod';
import { Problem } from './problem.js';

/**
 * Checks a part of a request.
 *
 * @param part - What to call it: `body`, `query`, `path`.
 * @throws Problem naming everything that is wrong; unknown fields by their names.
 */
export function check<T extends z.ZodType>(schema: T, value: unknown, part: string): z.output<T> {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const texts = checked.error.issues.slice(0, 10).map((issue) => `${placeOf(issue.path, part)}: ${textOf(issue)}`);
  throw new Problem('invalid_request', texts.join('; '));
}

function textOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.slice(0, 10).map((key) => JSON.stringify(key.slice(0, 64)));
    return `unknown field${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
  }
  return issue.message;
}

function placeOf(path: readonly PropertyKey[], part: string): string {
  return path.length === 0 ? part : path.map((step) => String(step).slice(0, 64)).join('.');
}
