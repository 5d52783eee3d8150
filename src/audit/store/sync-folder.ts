import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes the names in a file's folder survive the loss of power; where a system cannot do that, nothing. */
export function syncFolder(path: string): void {
  let folder: number | undefined;
  try {
    folder = openSync(dirname(path), 'r');
    fsyncSync(folder);
  } catch {
    // Windows opens no folders, and keeps their names by itself.
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
}
