import type { Readable, Writable } from 'node:stream';
import { log } from '../../telemetry/log.js';
import { type Frame, INVALID_REQUEST, PARSE_ERROR, readFrames, toFrame, toRefusal, writeFrame } from '../frame.js';
import type { Peer, PeerHandlers } from '../peer.js';
import { idOfEnds, isAnswerByHead } from './line-id.js';
import { LineReader } from './line-reader.js';

/** What a peer on two streams is made of. */
export interface LinePeerOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Most bytes of a line that comes; a longer one is refused while it streams by. */
  readonly maxLineBytes: number;
  /** What becomes of lines that are no JSON-RPC: a client is told, of a server they are dropped with a warning. */
  readonly junk: 'answer' | 'warn';
}

const SENT = Promise.resolve();

/** So many frames are handed over before those who got them are waited for. */
const MOST_PENDING = 16;

/** A peer that speaks JSON-RPC in lines: MCP's stdio. */
export class LinePeer implements Peer {
  readonly transport = 'pipe';
  readonly #options: LinePeerOptions;
  #handlers: PeerHandlers | undefined;
  #pending = 0;
  #junk = 0;
  /** What is to be written when this turn ends: many answers are written at once. */
  #lines = '';
  #full: Promise<void> | undefined;
  #closed = false;

  constructor(options: LinePeerOptions) {
    this.#options = options;
  }

  /** Writes a frame as a line; resolves once the stream takes more. */
  send(frame: Frame): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('The stream is closed.'));
    if (this.#lines === '') queueMicrotask(() => this.#flush());
    this.#lines += `${writeFrame(frame)}\n`;
    return this.#full ?? SENT;
  }

  /** {@inheritDoc Peer.start} */
  start(handlers: PeerHandlers): void {
    this.#handlers = handlers;
    const { input, output, maxLineBytes } = this.#options;
    const reader = new LineReader(maxLineBytes, {
      onLine: (text) => {
        this.#read(text);
      },
      onTooLong: (head, tail) => {
        this.#tooLong(head, tail);
      },
    });
    const ended = (why: string) => () => {
      this.#end(why);
    };
    input.on('data', (chunk: Buffer) => {
      reader.push(chunk);
    });
    input.once('end', ended('The stream ended.'));
    input.once('close', ended('The stream was closed.'));
    input.on('error', ended('The stream cannot be read.'));
    output.on('error', ended('The stream cannot be written.'));
  }

  /** Writes what is left and ends the stream that is written. */
  close(): Promise<void> {
    if (this.#closed) return SENT;
    this.#flush();
    this.#closed = true;
    const { input, output } = this.#options;
    input.pause();
    return new Promise((resolve) => {
      output.end(() => {
        resolve();
      });
      if (output.destroyed) resolve();
    });
  }

  #flush(): void {
    const lines = this.#lines;
    this.#lines = '';
    if (lines === '' || this.#closed) return;
    const { output } = this.#options;
    if (output.write(lines) || this.#full !== undefined) return;
    this.#full = new Promise((resolve) => {
      const goOn = (): void => {
        this.#full = undefined;
        output.off('drain', goOn).off('close', goOn);
        resolve();
      };
      output.on('drain', goOn).on('close', goOn);
    });
  }

  #read(text: string): void {
    const reading = readFrames(text);
    if ('refusal' in reading) {
      if (reading.isAnswer === true) this.#hand(toFrame(reading.refusal));
      else this.#refuse(reading.refusal);
      return;
    }
    for (const frame of reading.frames) this.#hand(frame);
  }

  #hand(frame: Frame): void {
    if (this.#closed) return;
    const handled = this.#handlers?.onFrame(frame, undefined);
    if (handled === undefined || handled === SENT) return;
    if (++this.#pending === MOST_PENDING) this.#options.input.pause();
    const settle = (): void => {
      if (this.#pending-- === MOST_PENDING && !this.#closed) this.#options.input.resume();
    };
    handled.then(settle, settle);
  }

  #refuse(refusal: { readonly id?: unknown; readonly error?: unknown }): void {
    const { code } = refusal.error as { readonly code: number };
    const tells = this.#options.junk === 'answer' || (code !== PARSE_ERROR && refusal.id !== null);
    if (tells && !this.#closed) void this.send(toFrame(refusal)).catch(() => undefined);
    if (this.#options.junk === 'warn') this.#warn();
  }

  #tooLong(head: string, tail: string): void {
    const id = idOfEnds(head, tail);
    const refusal = toRefusal(id, INVALID_REQUEST, `Larger than ${this.#options.maxLineBytes} bytes.`);
    if (isAnswerByHead(head) && id !== null) this.#hand(toFrame(refusal));
    else this.#refuse(refusal);
  }

  /** Tells of junk less and less often. */
  #warn(): void {
    this.#junk++;
    if (!/^[1-9]0*$/.test(String(this.#junk))) return;
    log('warn', `the server wrote ${this.#junk} line(s) to its standard output that are no JSON-RPC; dropped`);
  }

  #end(why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handlers?.onClose(why);
  }
}
