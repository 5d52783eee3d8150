import { closeSync, openSync } from 'node:fs';
import { isatty, ReadStream, WriteStream } from 'node:tty';
import { CannotAskError } from '../cannot-ask-error.js';

/** Where a person sits. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly close: () => void;
}

/**
 * Opens the terminal that this process was started from, whatever its standard streams are used for; where the system
 * has no name for it, standard input and standard error, if both are one. Never standard output: that may be the
 * protocol's.
 *
 * @throws CannotAskError where there is no terminal.
 */
export function openTerminal(): Terminal {
  try {
    return openDevice();
  } catch {
    const { stdin: input, stderr: output } = process;
    if (input.isTTY && output.isTTY) return { input, output, close: () => input.pause() };
    throw new CannotAskError('there is no terminal');
  }
}

function openDevice(): Terminal {
  const reading = openSync('/dev/tty', 'r');
  if (!isatty(reading)) {
    closeSync(reading);
    throw new CannotAskError('there is no terminal');
  }
  const input = new ReadStream(reading);
  const output = new WriteStream(openSync('/dev/tty', 'w'));
  const close = (): void => {
    input.destroy();
    output.destroy();
  };
  return { input, output, close };
}
