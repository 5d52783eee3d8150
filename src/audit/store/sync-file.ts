import { closeSync, fdatasyncSync, openSync } from 'node:fs';

/**
 * Makes what a file holds survive the loss of power, also what another process has written to it. Needs no right to write.
 *
 * @param path - The file; where it is missing, nothing happens.
 * @throws The fault of the file system.
 */
export function syncFile(path: string): void {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw fault;
  }
  try {
    fdatasyncSync(file);
  } catch (fault) {
    // Windows syncs only what was opened to be written, which a reader may not be allowed.
    if ((fault as NodeJS.ErrnoException).code !== 'EPERM') throw fault;
  } finally {
    closeSync(file);
  }
}
