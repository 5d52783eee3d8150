import type { Clock } from '../../../call/clock.js';
import { readFrames, toFrame, toRefusal, writeFrame, type Frame } from '../../frame.js';
import type { Route } from '../../peer.js';
import { SERVER_ERROR } from '../inbound/refusal.js';
import { discard, typeOf, type Origin } from './origin.js';
import { readEvents, type UpstreamEvent } from './read-answer.js';
import { faultOfStatus, UpstreamFault } from './upstream-fault.js';

/** What the transport of 2024-11-05 is made of. */
export interface OldSseParts {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Milliseconds in which the stream has to say where to post. */
  readonly openMs: number;
  give(frame: Frame, route: Route | undefined): Promise<void>;
  end(why: string): void;
}

/** The transport of 2024-11-05: all that the server says comes by one stream, and is posted to where that stream says. */
export class OldSse {
  readonly #origin: Origin;
  readonly #path: string;
  readonly #events: AsyncGenerator<UpstreamEvent>;
  readonly #parts: OldSseParts;
  readonly #waiting = new Map<unknown, Route | undefined>();

  private constructor(origin: Origin, path: string, events: AsyncGenerator<UpstreamEvent>, parts: OldSseParts) {
    this.#origin = origin;
    this.#path = path;
    this.#events = events;
    this.#parts = parts;
  }

  /** Opens the stream; undefined where there is none that begins as one of this transport. */
  static async open(origin: Origin, parts: OldSseParts): Promise<OldSse | undefined> {
    const over = new AbortController();
    const giveUp = (): void => over.abort();
    parts.signal.addEventListener('abort', giveUp, { once: true });
    const callOff = parts.clock.after(parts.openMs, giveUp);
    try {
      return await OldSse.#begin(origin, parts, over.signal);
    } finally {
      callOff();
    }
  }

  static async #begin(origin: Origin, parts: OldSseParts, signal: AbortSignal): Promise<OldSse | undefined> {
    const answer = await origin.send({
      method: 'GET',
      headers: { accept: 'text/event-stream' },
      signal,
      silenceMs: 0,
    });
    if (answer.statusCode !== 200 || typeOf(answer) !== 'text/event-stream') {
      await discard(answer);
      return undefined;
    }
    const events = readEvents(answer, parts.maxBytes, () => undefined);
    const first = await events.next();
    const path = first.done !== true && first.value.event === 'endpoint' ? pathOf(first.value.data, origin) : undefined;
    if (path === undefined) {
      await events.return(undefined);
      return undefined;
    }
    const opened = new OldSse(origin, path, events, parts);
    void opened.#read();
    return opened;
  }

  /** Posts a request; its answer comes by the stream. */
  async ask(frame: Frame, route: Route | undefined): Promise<void> {
    const { id } = frame.message;
    this.#waiting.set(id, route);
    try {
      await this.post(frame);
    } catch (fault) {
      this.#waiting.delete(id);
      throw fault;
    }
  }

  /** Posts a frame; resolves when it was taken. */
  async post(frame: Frame): Promise<void> {
    const answer = await this.#origin.send({
      method: 'POST',
      path: this.#path,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: writeFrame(frame),
      signal: this.#parts.signal,
    });
    await discard(answer);
    if (answer.statusCode >= 300) throw faultOfStatus(answer.statusCode);
  }

  /** Ends the stream. */
  close(): void {
    this.#waiting.clear();
    this.#events.return(undefined).catch(() => undefined);
  }

  async #read(): Promise<void> {
    try {
      for await (const { event, data } of this.#events) {
        if (event !== 'message' || data === '') continue;
        const reading = readFrames(data);
        if ('frames' in reading) for (const frame of reading.frames) await this.#give(frame);
      }
    } catch {
      // What broke the stream is of no interest: it is over, and cannot be taken up.
    }
    for (const [id, route] of this.#waiting) {
      await this.#parts.give(toFrame(toRefusal(id, SERVER_ERROR, 'The upstream server ended the connection.')), route);
    }
    this.#waiting.clear();
    this.#parts.end('The upstream server ended the connection.');
  }

  #give(frame: Frame): Promise<void> {
    const { method, id } = frame.message;
    if (method !== undefined) return this.#parts.give(frame, undefined);
    if (!this.#waiting.has(id)) return Promise.resolve();
    const route = this.#waiting.get(id);
    this.#waiting.delete(id);
    return this.#parts.give(frame, route);
  }
}

/** Where to post, which is no other origin: the configured credentials go there. */
function pathOf(said: string, { url }: Origin): string | undefined {
  if (!URL.canParse(said, url.href)) return undefined;
  const endpoint = new URL(said, url.href);
  if (endpoint.origin !== url.origin) {
    throw new UpstreamFault('The upstream server sent the proxy to another origin, where it does not go.');
  }
  return `${endpoint.pathname}${endpoint.search}`;
}
