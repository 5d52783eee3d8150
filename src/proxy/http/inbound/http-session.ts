import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../call/clock.js';
import { isJsonObject } from '../../../call/json.js';
import { writeFrame, type Frame } from '../../frame.js';
import type { Peer, PeerHandlers, Route } from '../../peer.js';
import { PRIMED_SINCE } from '../revision.js';
import { EventStream, readEventId } from './event-stream.js';
import { EventWriter } from './event-writer.js';
import { Posted, requestsOf, type PostedKept } from './posted.js';
import { HttpRefusal, NO_SESSION, SERVER_ERROR } from './refusal.js';
import { Replay } from './replay.js';

/** Streams that came to their end and can still be taken up. */
const MOST_ENDED = 32;
/** Frames of one session that nobody is done with. */
const MOST_UNSETTLED = 256;

/** What a session is made of. */
export interface HttpSessionParts {
  readonly id: string;
  /** Whose it is: nobody else may use it. */
  readonly owner: string;
  readonly clock: Clock;
  readonly replayBytes: number;
  readonly slowReaderMs: number;
  /** Told once, when the session is over. */
  onOver(session: HttpSession): void;
}

/** A session of one client over streamable HTTP, from its `initialize` to its end. */
export class HttpSession implements Peer {
  readonly transport = 'tcp';
  readonly id: string;
  readonly owner: string;
  /** The revision that was agreed on; undefined until then. */
  revision: string | undefined;
  /** When it was used last, in milliseconds of the clock. */
  usedAt: number;
  readonly #parts: HttpSessionParts;
  readonly #replay: Replay;
  /** What belongs to no request: the stream that a client opens by GET. */
  readonly #own: EventStream;
  readonly #streams = new Map<string, EventStream>();
  readonly #posted = new Set<Posted>();
  readonly #writers = new Map<ServerResponse, EventStream>();
  #handlers: PeerHandlers | undefined;
  #unsettled = 0;
  #count = 0;
  #over = false;

  constructor(parts: HttpSessionParts) {
    this.#parts = parts;
    this.id = parts.id;
    this.owner = parts.owner;
    this.usedAt = parts.clock.elapsed();
    this.#replay = new Replay(parts.replayBytes);
    this.#own = new EventStream('g', this.#replay);
    this.#streams.set('g', this.#own);
  }

  /** True while a request is being answered or a stream is open. */
  get isUsed(): boolean {
    return this.#posted.size > 0 || this.#writers.size > 0;
  }

  /** Begins to hand over frames. */
  start(handlers: PeerHandlers): void {
    this.#handlers = handlers;
  }

  /** What the stream of the next POST is kept by. */
  nextKept(): PostedKept {
    return { name: `p${++this.#count}`, replay: this.#replay };
  }

  /**
   * Takes what was posted.
   *
   * @throws HttpRefusal 503 where too much is under way.
   */
  take(posted: Posted, frames: readonly Frame[]): void {
    this.usedAt = this.#parts.clock.elapsed();
    if (this.#unsettled + frames.length > MOST_UNSETTLED) {
      throw new HttpRefusal(503, SERVER_ERROR, 'Service Unavailable: too much is under way in this session.', {
        headers: { 'retry-after': '1' },
      });
    }
    if (!posted.isOver && requestsOf(frames).length > 0) {
      this.#posted.add(posted);
      this.#streams.set(posted.stream.name, posted.stream);
    }
    for (const frame of frames) void this.#hand(frame, posted);
  }

  /** Forgets a POST that nobody can be answered by any more. */
  release(posted: Posted): void {
    this.#posted.delete(posted);
    this.usedAt = this.#parts.clock.elapsed();
    // What somebody is to come back for is bounded by what is kept.
    const ended = [...this.#streams.values()].filter(({ isEnded, isWaiting }) => isEnded && !isWaiting);
    for (const { name } of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) this.#forget(name);
    if (!posted.stream.isEnded) this.#forget(posted.stream.name);
  }

  /**
   * Opens the stream of what belongs to no request, or takes up one that broke.
   *
   * @throws HttpRefusal 409 where it is open already, 400 where what was missed is not kept.
   */
  open(response: ServerResponse, lastEventId: string | undefined): void {
    const from = lastEventId === undefined ? { stream: 'g', at: undefined } : readEventId(lastEventId);
    const stream = from === undefined ? undefined : this.#streams.get(from.stream);
    if (stream === undefined || (from?.at !== undefined && !stream.canResume(from.at))) {
      throw new HttpRefusal(400, SERVER_ERROR, 'Bad Request: what followed this event is not kept.');
    }
    // Whoever comes back with an event id has lost the other connection, whether we noticed or not.
    if (stream.isCarried && lastEventId === undefined) {
      throw new HttpRefusal(409, SERVER_ERROR, 'Conflict: the stream of this session is open already.');
    }
    for (const [other, carried] of this.#writers) if (carried === stream) other.destroy();
    const { clock, slowReaderMs } = this.#parts;
    this.usedAt = clock.elapsed();
    this.#writers.set(response, stream);
    const writer = new EventWriter(response, { clock, slowReaderMs, headers: { 'mcp-session-id': this.id } });
    response.on('close', () => {
      stream.drop(writer);
      this.#writers.delete(response);
      this.usedAt = clock.elapsed();
    });
    stream.carry(writer, from?.at);
    // Clients that come back know no other id than those that this connection brings.
    if ((this.revision ?? '') >= PRIMED_SINCE) stream.prime();
  }

  /** Sends a frame: by the POST that it answers, or by the stream of what answers none. */
  async send(frame: Frame, route: Route | undefined): Promise<void> {
    if (route instanceof Posted && this.#posted.has(route)) {
      const begins = route.posted?.method === 'initialize' && frame.message.method === undefined;
      if (begins) this.#agree(frame);
      await route.deliver(frame);
      if (begins && frame.message.error !== undefined) this.leave('The session could not begin.');
      return;
    }
    // What nobody waits for any more; an answer never goes by another way.
    if (route !== undefined || frame.message.method === undefined) return;
    if (this.#over) throw new Error('The session is over.');
    await this.#own.write(writeFrame(frame));
  }

  /** Ends the session: what is under way is answered with an error. */
  close(): Promise<void> {
    this.#end('The session has ended.', 404);
    return Promise.resolve();
  }

  /** The client ended the session, or nobody used it. */
  leave(why: string): void {
    if (this.#over) return;
    this.#end(why, 404);
    this.#handlers?.onClose(why);
  }

  #end(why: string, status: number): void {
    if (this.#over) return;
    this.#over = true;
    for (const posted of [...this.#posted]) posted.fail(why, NO_SESSION, status);
    for (const stream of this.#streams.values()) stream.end();
    this.#parts.onOver(this);
  }

  #forget(stream: string): void {
    this.#streams.delete(stream);
    this.#replay.forget(stream);
  }

  async #hand(frame: Frame, posted: Posted): Promise<void> {
    this.#unsettled++;
    try {
      await this.#handlers?.onFrame(frame, posted);
    } catch {
      posted.fail('Internal error: the request could not be passed on.', -32603);
    } finally {
      this.#unsettled--;
    }
  }

  #agree({ message: { result } }: Frame): void {
    const revision = isJsonObject(result) ? result['protocolVersion'] : undefined;
    if (typeof revision === 'string') this.revision = revision;
  }
}
