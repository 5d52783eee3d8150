import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fromLine, type StoredRow } from '../chain/link.js';

const CHUNK = 1024 ** 2;
const LINE_FEED = 0x0a;

/** One line of a file, and where the next one begins. */
export interface Line {
  readonly text: string;
  readonly next: number;
}

/** The files of a record, oldest first: those that were put away, named by their first event, and the one in use. */
export function filesOf(path: string): string[] {
  const name = basename(path);
  const end = name.lastIndexOf('.');
  const [stem, extension] = [name.slice(0, end), name.slice(end)];
  const archives = readdirSync(dirname(path) || '.')
    .filter((each) => each.startsWith(`${stem}.`) && each.endsWith(extension))
    .filter((each) => /^\d{16}$/.test(each.slice(stem.length + 1, each.length - extension.length)))
    .sort();
  const present = statSync(path, { throwIfNoEntry: false }) === undefined ? [] : [path];
  return [...archives.map((each) => join(dirname(path), each)), ...present];
}

/** The name of a file that is put away. */
export function archiveName(path: string, firstSeq: number): string {
  const end = path.lastIndexOf('.');
  return `${path.slice(0, end)}.${String(firstSeq).padStart(16, '0')}${path.slice(end)}`;
}

/** The whole lines of a file from some byte on; a last line without its line feed was torn off and is left out. */
export function* linesOf(path: string, from = 0): Generator<Line> {
  const file = openSync(path, 'r');
  try {
    let at = from;
    let rest = Buffer.alloc(0);
    const chunk = Buffer.alloc(CHUNK);
    for (let read = 1; (read = readSync(file, chunk, 0, CHUNK, at + rest.length)) > 0;) {
      let buffer = Buffer.concat([rest, chunk.subarray(0, read)]);
      for (let end; (end = buffer.indexOf(LINE_FEED)) >= 0;) {
        at += end + 1;
        yield { text: buffer.toString('utf8', 0, end), next: at };
        buffer = buffer.subarray(end + 1);
      }
      rest = Buffer.from(buffer);
    }
  } finally {
    closeSync(file);
  }
}

/** The last good event of a file, and how many of its bytes are whole lines. */
export function endOf(path: string): { readonly last: StoredRow | undefined; readonly whole: number } {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    for (let span = CHUNK; ; span *= 4) {
      const from = Math.max(0, size - span);
      const buffer = Buffer.alloc(size - from);
      readSync(file, buffer, 0, buffer.length, from);
      const end = buffer.lastIndexOf(LINE_FEED) + 1;
      const lines = buffer.toString('utf8', 0, end).split('\n');
      // The first may have begun before.
      const last = lines
        .slice(from === 0 ? 0 : 1)
        .reverse()
        .map(fromLine)
        .find(Boolean);
      if (last !== undefined || from === 0) return { last, whole: from + end };
    }
  } finally {
    closeSync(file);
  }
}
