import { constants, isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { UsageError } from '../command.js';

/** What is to be scanned. */
export interface Input {
  readonly text: string;
  readonly bytes: number;
  /** The mark that some programs write before UTF-8 text; it belongs to the file, not to the text. */
  readonly byteOrderMark: '' | '\ufeff';
}

/** The input cannot be read; the text says why, what to do next, and nothing of what was read. */
export class UnreadableInput extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnreadableInput';
  }
}

const REASONS: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'there is no such file. To scan a text, pipe it: echo "..." | mcp-governance scan'],
  ['ENAMETOOLONG', 'this is no name of a file. To scan a text, pipe it: echo "..." | mcp-governance scan'],
  ['ENOTDIR', 'a part of the path is no directory; check the path'],
  ['EISDIR', 'this is a directory. Scan its files: find <directory> -type f -exec mcp-governance scan {} ";"'],
  ['EACCES', 'it may not be read; check its permissions'],
  ['EPERM', 'it may not be read; check its permissions'],
  ['ERR_FS_FILE_TOO_LARGE', 'it is too large to be read at once; split it: split -C 200m <file>'],
]);
const UTF16_MARKS = [
  [0xff, 0xfe],
  [0xfe, 0xff],
];

/**
 * Reads a file, or standard input where there is no file or its name is `-`.
 *
 * @throws UsageError where there is nothing to read, UnreadableInput where it cannot be read as text.
 */
export async function readInput(file: string | undefined): Promise<Input> {
  const bytes = file === undefined || file === '-' ? await readStandardInput() : await readBytes(file);
  if (UTF16_MARKS.some((mark) => mark.every((byte, at) => bytes[at] === byte))) {
    throw new UnreadableInput('it is UTF-16; convert it: iconv -f UTF-16 -t UTF-8 <file> | mcp-governance scan');
  }
  if (!isUtf8(bytes)) {
    throw new UnreadableInput(
      'it is not UTF-8 text. If it is text, convert it: iconv -f WINDOWS-1252 -t UTF-8 <file> | mcp-governance scan',
    );
  }
  if (bytes.length > constants.MAX_STRING_LENGTH) {
    throw new UnreadableInput('it is too large to be scanned at once; split it: split -C 200m <file>');
  }
  const text = bytes.toString('utf8');
  const byteOrderMark = text.startsWith('\ufeff') ? '\ufeff' : '';
  return { text: text.slice(byteOrderMark.length), bytes: bytes.length, byteOrderMark };
}

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    throw new UnreadableInput(REASONS.get(code) ?? `it cannot be read (${code ?? 'unknown fault'})`, { cause: fault });
  }
}

async function readStandardInput(): Promise<Buffer> {
  const { stdin } = process;
  if (stdin.isTTY) {
    throw new UsageError('no file was given. Name one, or pipe text into it: git diff | mcp-governance scan');
  }
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stdin) chunks.push(chunk as Buffer);
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    throw new UnreadableInput(REASONS.get(code) ?? `it cannot be read (${code ?? 'unknown fault'})`, { cause: fault });
  }
  return Buffer.concat(chunks);
}
