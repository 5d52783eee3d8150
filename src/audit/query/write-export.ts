import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/**
 * Writes a text to a file, piece by piece; the file gets its name when it is whole and kept.
 *
 * @param path - The file; one that is there is replaced.
 */
export async function writeExport(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  let file: FileHandle | undefined;
  try {
    file = await open(draft, 'wx', 0o600);
    for await (const piece of pieces) await file.writeFile(piece);
    await file.sync();
    await file.close();
    await rename(draft, path);
  } catch (fault) {
    await file?.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw fault;
  }
}
