import type { Administration } from '../../controlplane/index.js';
import { UsageError } from '../command.js';
import type { GivenFlags } from '../parse-flags.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

/** Where everything is kept; every command of `controlplane` takes it. */
export const DATABASE_FLAGS = { 'database-url': { type: 'string' }, 'audit-url': { type: 'string' } } as const;

/** What `--help` says of it. */
export const DATABASE_HELP = [
  '  --database-url u   file:controlplane.db or postgres://...; default DATABASE_URL, else file:controlplane.db',
  '  --audit-url u      where the record is; default beside the database file, or in the same PostgreSQL',
] as const;

/** What `--help` says of exit codes of commands that have no answer of their own. */
export const USUAL_EXITS = [
  '  0   done',
  '  1   not done: the text says why',
  '  2   the command line cannot be understood',
] as const;

/**
 * Opens the database, does something with it, and closes it.
 *
 * @param create - True: a database file that is missing is made.
 */
export async function withAdministration<T>(
  given: GivenFlags<typeof DATABASE_FLAGS>,
  create: boolean,
  work: (administration: Administration) => Promise<T>,
): Promise<T> {
  const { Administration: Opened } = await import('../../controlplane/index.js');
  const administration = await Opened.open({
    create,
    ...(given['database-url'] === undefined ? {} : { databaseUrl: given['database-url'] }),
    ...(given['audit-url'] === undefined ? {} : { auditUrl: given['audit-url'] }),
  });
  try {
    return await work(administration);
  } finally {
    await administration.close();
  }
}

/**
 * The port that a text names.
 *
 * @throws UsageError for what is no port.
 */
export function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError('--port must be a number from 0 to 65535');
}

/**
 * An age in milliseconds under the name of an option; nothing where none was given.
 *
 * @throws UsageError for what is no number of days.
 */
export function ageOf<N extends string>(option: N, flag: string, days: string | undefined): { [K in N]?: number } {
  if (days === undefined) return {};
  const count = Number(days);
  if (!/^\d+(\.\d+)?$/.test(days) || count <= 0 || count > MOST_DAYS) {
    throw new UsageError(`--${flag} must be a number of days, at most ${MOST_DAYS}`);
  }
  return { [option]: Math.ceil(count * DAY_MS) } as { [K in N]?: number };
}

/**
 * The one file that a command is about.
 *
 * @throws UsageError where none or several are named.
 */
export function onlyFile(words: readonly string[], what: string): string {
  const [file] = words;
  if (file === undefined) throw new UsageError(`no file was named: give ${what}`);
  if (words.length > 1) throw new UsageError('one file at a time');
  return file;
}
