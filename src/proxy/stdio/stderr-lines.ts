import type { Readable } from 'node:stream';
import { TextMask } from '../../enforcement/text-mask.js';
import { LineReader } from './line-reader.js';

/** Longer lines of a server's standard error are cut, in bytes. */
const MOST_BYTES = 65_536;

const mask = new TextMask(undefined);

/**
 * Passes on what a server writes to its standard error, line by line, with a mark in place of every finding; as fast as
 * it is taken. Of a line that is too long only its length is told.
 */
export function passStderr(from: Readable, to: NodeJS.WritableStream): void {
  const write = (line: string): void => {
    if (to.write(`${line}\n`) || from.isPaused()) return;
    from.pause();
    to.once('drain', () => from.resume());
  };
  const reader = new LineReader(MOST_BYTES, {
    onLine: (line) => {
      write(mask.text(line));
    },
    onTooLong: () => {
      write(`(a line of more than ${MOST_BYTES} bytes was left out)`);
    },
  });
  from.on('data', (chunk: Buffer) => {
    reader.push(chunk);
  });
  from.on('end', () => {
    reader.push(Buffer.from('\n'));
  });
  from.on('error', () => undefined);
}
