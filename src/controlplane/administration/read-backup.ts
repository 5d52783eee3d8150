import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isJsonObject, type JsonObject } from '../../call/json.js';
import { ConfigError } from '../../errors/config-error.js';
import { BACKUP_TABLES, type BackupEnd, type BackupHead } from './backup-tables.js';

/** One line of a backup. */
export type BackupLine =
  | { readonly kind: 'row'; readonly table: string; readonly row: JsonObject }
  | { readonly kind: 'event'; readonly event: JsonObject };

const TABLES: ReadonlySet<unknown> = new Set(BACKUP_TABLES.map(({ name }) => name));

/**
 * Reads a whole backup and sees whether it is whole, before anything of it is used.
 *
 * @throws ConfigError for a file that is no backup, of a newer version, damaged or cut off.
 */
export async function checkBackup(path: string): Promise<{ readonly head: BackupHead; readonly end: BackupEnd }> {
  const sum = createHash('sha256');
  let head: JsonObject | undefined;
  let before: string | undefined;
  let lines = 0;
  for await (const line of linesOf(path)) {
    head ??= parseLine(line);
    if (before !== undefined) {
      sum.update(`${before}\n`);
      lines++;
    }
    before = line;
  }
  if (head?.['format'] !== 'mcp-governance-backup') throw new ConfigError('The file is no backup of a controlplane.');
  if (head['version'] !== 1) throw new ConfigError('The backup was written by a newer version of mcp-governance.');
  const end = parseLine(before ?? '');
  if (end['sha256'] !== sum.digest('hex') || end['lines'] !== lines) {
    throw new ConfigError('The backup is damaged or was cut off: its sum is another one.');
  }
  return { head: head as unknown as BackupHead, end: end as unknown as BackupEnd };
}

/** Rows and events of a backup that was checked, in their order. */
export async function* readBackup(path: string): AsyncGenerator<BackupLine> {
  for await (const line of linesOf(path)) {
    const { table, row, event } = parseLine(line);
    if (TABLES.has(table) && isJsonObject(row)) yield { kind: 'row', table: String(table), row };
    else if (isJsonObject(event)) yield { kind: 'event', event };
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const input = createReadStream(path, 'utf8');
  try {
    // Only line feeds end lines: a carriage return within one could not come from us.
    for await (const line of createInterface({ input, crlfDelay: Infinity })) yield line;
  } catch (fault) {
    const { code = 'unknown fault' } = fault as NodeJS.ErrnoException;
    throw new ConfigError(`The backup cannot be read (${code}).`, { cause: fault });
  } finally {
    input.destroy();
  }
}

function parseLine(line: string): JsonObject {
  try {
    const value: unknown = JSON.parse(line);
    if (isJsonObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new ConfigError('The file is no backup of a controlplane, or it is damaged.');
}
