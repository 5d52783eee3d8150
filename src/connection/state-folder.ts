import { accessSync, constants, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/**
 * The folder that state is kept in, made where it is missing.
 *
 * Where it cannot be written, as in a container without a volume, one of our own among the temporary files: what is kept
 * there lasts as long as those do.
 *
 * @throws The fault of the system where there is no place at all.
 */
export function usableFolder(wanted: string): string {
  try {
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    accessSync(wanted, constants.W_OK);
    return wanted;
  } catch {
    const own = join(tmpdir(), `mcp-governance-${process.getuid?.() ?? 'state'}`);
    return isOurs(own) ? own : mkdtempSync(`${own}-`);
  }
}

/** Anybody can make a folder among the temporary files, and wait there for what others put into it. */
function isOurs(folder: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  return (
    stat.isDirectory() && (process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o077) === 0))
  );
}
