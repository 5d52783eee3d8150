import { ftruncateSync, writeSync } from 'node:fs';

/**
 * Appends a text whole or not at all.
 *
 * @param size - The file's size before, to which it is cut where the write fails.
 * @returns How many bytes were written.
 */
export function writeWhole(file: number, text: string, size: number): number {
  const data = Buffer.from(text);
  try {
    for (let at = 0; at < data.length;) at += writeSync(file, data, at);
    return data.length;
  } catch (fault) {
    ftruncateSync(file, size);
    throw fault;
  }
}
