import { existsSync } from 'node:fs';
import { defaultPinFile } from '../../config/pin-file.js';
import type { PinBook } from '../../pins/pin-book.js';
import { PinError } from '../../pins/pin-error.js';
import { PinFile } from '../../pins/pin-file.js';
import { EXIT, UsageError } from '../command.js';
import { harmless } from '../scan/harmless.js';
import type { Terminal } from '../terminal.js';

/** The flags of all commands of pins. */
export const PIN_FLAGS = { file: { type: 'string' }, json: { type: 'boolean' } } as const;

/** What `--help` says of them. */
export const PIN_FLAGS_HELP = [
  '  --file f    the file of pins; default: MCP_GOVERNANCE_PIN_FILE, else pins.json among your state',
  '  --json      print JSON and nothing else',
  '  --help      this text',
];

/** What `--help` says of a file that cannot be used. */
export const UNUSABLE_HELP = `  ${EXIT.usage}   the command line cannot be understood, or the file of pins is damaged or cannot be read`;

/**
 * Runs something with the pins of a file.
 *
 * @returns Its exit code; that of a usage error where the file cannot be used.
 */
export async function withPins(
  path: string | undefined,
  terminal: Terminal,
  work: (file: PinFile, book: PinBook) => Promise<number> | number,
): Promise<number> {
  const file = new PinFile(path ?? defaultPinFile());
  try {
    if (path !== undefined && !existsSync(path)) throw new PinError(`There is no file ${file.path}.`);
    return await work(file, file.current());
  } catch (fault) {
    if (!(fault instanceof PinError)) throw fault;
    terminal.err(`mcp-governance pins: ${harmless(fault.message)}\n`);
    return EXIT.usage;
  }
}

/**
 * Reads which pins are meant.
 *
 * @throws UsageError where there are more words than a server and a tool.
 */
export function readWhich(words: readonly string[]): {
  readonly server: string | undefined;
  readonly tool: string | undefined;
} {
  const [server, tool, ...more] = words;
  if (more.length > 0) throw new UsageError('name one server and one tool at most; quote a name that has spaces');
  return { server, tool };
}

/** A server and a tool as they may be shown. */
export function shownName(server: string, tool?: string): string {
  const shown = server === '' ? '(no name)' : harmless(server);
  return tool === undefined ? shown : `${shown}  ${harmless(tool)}`;
}
