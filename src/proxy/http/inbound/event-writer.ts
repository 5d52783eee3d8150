import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../call/clock.js';

/** Something is written this often to a stream that is open, or whatever stands between takes it for dead. */
const KEEP_ALIVE_MS = 15_000;
/** So many events may wait for a client that takes its time. */
const MOST_WAITING = 256;

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};

/** Writes server-sent events to a response; cuts it where nobody reads them. */
export class EventWriter {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #slowReaderMs: number;
  #callOff: () => void;
  /** Events that were not taken, and when they are. */
  #waiting = 0;
  #taken: Promise<void> = Promise.resolve();

  constructor(
    response: ServerResponse,
    { clock, slowReaderMs, headers }: { clock: Clock; slowReaderMs: number; headers: Record<string, string> },
  ) {
    this.#response = response;
    this.#clock = clock;
    this.#slowReaderMs = slowReaderMs;
    response.writeHead(200, { ...HEADERS, ...headers }).flushHeaders();
    this.#callOff = this.#keepAlive();
    response.on('close', () => {
      this.#callOff();
    });
  }

  /** Writes an event; resolves when the next may follow, or nobody reads any more. */
  write(text: string, id: string | undefined): Promise<void> {
    return this.#line(id === undefined ? `data: ${text}\n\n` : `id: ${id}\ndata: ${text}\n\n`);
  }

  /** Says after how many milliseconds a client that lost the connection may come back. */
  retry(ms: number): Promise<void> {
    return this.#line(`retry: ${Math.ceil(ms)}\n\n`);
  }

  /** Ends the stream once all was taken. */
  end(): void {
    this.#callOff();
    if (this.#waiting === 0) this.#finish();
    else void this.#taken.then(() => this.#finish());
  }

  #line(event: string): Promise<void> {
    if (this.#waiting >= MOST_WAITING) this.#response.destroy();
    const taken = this.#waiting === 0 ? this.#put(event) : this.#taken.then(() => this.#put(event));
    if (taken === undefined) return Promise.resolve();
    this.#waiting++;
    this.#taken = taken.then(() => {
      this.#waiting--;
    });
    return this.#taken;
  }

  /** Undefined where the next may follow at once. */
  #put(event: string): Promise<void> | undefined {
    if (this.#response.destroyed || this.#response.writableEnded) return undefined;
    return this.#response.write(event) ? undefined : this.#whenTaken();
  }

  #finish(): void {
    if (this.#response.writableEnded) return;
    this.#response.end();
    // A client that takes nothing would hold the connection as long as it likes.
    if (this.#response.writableLength > 0) void this.#whenTaken();
  }

  #whenTaken(): Promise<void> {
    const response = this.#response;
    return new Promise((resolve) => {
      const done = (): void => {
        callOff();
        response.off('drain', done).off('close', done).off('finish', done);
        resolve();
      };
      const callOff = this.#clock.after(this.#slowReaderMs, () => {
        response.destroy();
        done();
      });
      response.on('drain', done).on('close', done).on('finish', done);
      if (response.destroyed) done();
    });
  }

  #keepAlive(): () => void {
    return this.#clock.after(KEEP_ALIVE_MS, () => {
      // Not where something lies untaken already.
      if (this.#response.writableLength === 0) this.#response.write(': keep-alive\n\n');
      this.#callOff = this.#keepAlive();
    });
  }
}
