import { accessSync, constants, lstatSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { makeFolder } from '../call/make-folder.js';

/**
 * The folder that state is kept in, made where it is missing; undefined where there is no place for one.
 *
 * Where it cannot be written, as in a container without a volume, one of our own among the temporary files: what is kept
 * there lasts as long as those do.
 *
 * @param temporary - Where temporary files are. Default: as the system says.
 */
export function usableFolder(wanted: string, temporary: string = tmpdir()): string | undefined {
  try {
    makeFolder(wanted);
    accessSync(wanted, constants.W_OK);
    return wanted;
  } catch {
    return temporaryFolder(temporary);
  }
}

function temporaryFolder(temporary: string): string | undefined {
  const own = join(temporary, `mcp-governance-${process.getuid?.() ?? 'state'}`);
  try {
    return isOurs(own) ? own : mkdtempSync(`${own}-`);
  } catch {
    return undefined;
  }
}

/** Anybody can make a folder among the temporary files, and wait there for what others put into it. */
function isOurs(folder: string): boolean {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    const stat = lstatSync(folder);
    if (!stat.isDirectory()) return false;
    return process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o077) === 0);
  } catch {
    return false;
  }
}
