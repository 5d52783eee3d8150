import { UsageError } from '../command.js';

/**
 * The value of a flag that takes a few words only; undefined where it was not given.
 *
 * @throws UsageError for any other.
 */
export function oneOf<const T extends string>(
  flag: string,
  given: string | undefined,
  known: readonly T[],
): T | undefined {
  if (given === undefined || known.includes(given as T)) return given as T | undefined;
  throw new UsageError(`--${flag} takes ${known.slice(0, -1).join(', ')} or ${known.at(-1)}.`);
}
