import { constants } from 'node:buffer';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fromLine, type StoredRow } from '../chain/link.js';

const CHUNK = 1024 ** 2;
const LINE_FEED = 0x0a;

/** Where an event ends; behind it, at most what its line feed became. */
const EVENT_END = /,"seq":[1-9]\d{0,15},"previousHash":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"\}[^\n]{0,4}$/;

/** One line of a file, and where the next one begins. */
export interface Line {
  readonly text: string;
  readonly next: number;
  /** False for a last line without its line feed. */
  readonly isEnded: boolean;
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

/**
 * The whole lines of a file from some byte on. A last line without its line feed was torn off and is left out, unless it
 * holds an event to its end: that one may have been acknowledged before somebody changed the line feed.
 */
export function* linesOf(path: string, from = 0): Generator<Line> {
  const file = openSync(path, 'r');
  try {
    let at = from;
    let offset = from;
    // Pieces of a line that no line feed has ended yet: joined once, so that a file of one huge line costs its length.
    let pieces: Buffer[] = [];
    const chunk = Buffer.alloc(CHUNK);
    for (let read = 1; (read = readSync(file, chunk, 0, CHUNK, offset)) > 0; offset += read) {
      let begin = 0;
      for (let end; (end = chunk.subarray(0, read).indexOf(LINE_FEED, begin)) >= 0; begin = end + 1) {
        const piece = chunk.subarray(begin, end);
        const line = pieces.length === 0 ? piece : Buffer.concat([...pieces, piece]);
        pieces = [];
        at += line.length + 1;
        yield { text: textOf(line), next: at, isEnded: true };
      }
      if (begin < read) pieces.push(Buffer.from(chunk.subarray(begin, read)));
    }
    const rest = Buffer.concat(pieces);
    if (EVENT_END.test(rest.subarray(-220).toString('utf8')))
      yield { text: textOf(rest), next: at + rest.length, isEnded: false };
  } finally {
    closeSync(file);
  }
}

/** A line; what is longer than any text can be is none of ours. */
function textOf(line: Buffer): string {
  return line.length > constants.MAX_STRING_LENGTH ? '' : line.toString('utf8');
}

/** The last good event of a file, how many of its bytes are whole lines, and whether a line feed ends them. */
export function endOf(path: string): {
  readonly last: StoredRow | undefined;
  readonly whole: number;
  readonly isEnded: boolean;
} {
  const { size } = statSync(path);
  const near = lastOf(path, Math.max(0, size - CHUNK));
  // Its end may be one long line, or none of ours.
  return near.last === undefined && size > CHUNK ? lastOf(path, 0) : near;
}

function lastOf(path: string, from: number): ReturnType<typeof endOf> {
  let last: StoredRow | undefined;
  let whole = from;
  let isEnded = true;
  for (const line of linesOf(path, from)) {
    last = fromLine(line.text) ?? last;
    whole = line.next;
    isEnded = line.isEnded;
  }
  return { last, whole, isEnded };
}
