import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { type StoredRow, toLine } from '../chain/link.js';

/**
 * Writes rows to a file, one JSON object a line; the file gets its name when it is whole.
 *
 * @returns How many rows there were.
 */
export async function exportLines(
  path: string,
  pages: AsyncIterable<readonly StoredRow[]>,
  onProgress?: (count: number) => void,
): Promise<number> {
  const draft = `${path}.${randomUUID()}`;
  let count = 0;
  let file: FileHandle | undefined;
  try {
    file = await open(draft, 'wx', 0o600);
    for await (const rows of pages) {
      await file.writeFile(rows.map((row) => `${toLine(row)}\n`).join(''));
      count += rows.length;
      onProgress?.(count);
    }
    await file.sync();
    await file.close();
    await rename(draft, path);
    return count;
  } catch (fault) {
    await file?.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw fault;
  }
}
