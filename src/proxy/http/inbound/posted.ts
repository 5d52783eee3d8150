import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../call/clock.js';
import type { Message } from '../../../session/message.js';
import { toRefusal, writeFrame, type Frame } from '../../frame.js';
import { HttpRoute } from '../http-route.js';
import { isSingle, PRIMED_SINCE } from '../revision.js';
import { EventStream } from './event-stream.js';
import { EventWriter } from './event-writer.js';
import { sendJson, SERVER_ERROR } from './refusal.js';
import type { Replay } from './replay.js';

/** An answer that takes longer than this becomes a stream, so that nothing between takes the connection for dead. */
const STREAM_AFTER_MS = 1_000;

/** Errors that a client of a revision without sessions knows by their status. */
const STATUS_OF_ERROR: ReadonlyMap<unknown, number> = new Map([
  [-32601, 404],
  [-32020, 400],
  [-32021, 400],
  [-32022, 400],
]);

/** What is known of a POST when its body was read. */
export interface PostedParts {
  readonly response: ServerResponse;
  readonly frames: readonly Frame[];
  readonly isBatch: boolean;
  readonly sessionId: string | undefined;
  readonly auth: object | undefined;
  readonly revision: string;
  readonly paramHeaders: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly slowReaderMs: number;
}

/** How a stream that answers a POST is kept by its session. */
export interface PostedKept {
  readonly name: string;
  readonly replay: Replay;
}

/** A POST with requests, until all are answered: as JSON where there is but one answer and it comes soon, else as a stream. */
export class Posted extends HttpRoute {
  readonly sessionId: string | undefined;
  readonly auth: object | undefined;
  readonly paramHeaders: Readonly<Record<string, string>>;
  readonly singleRevision: string | undefined;
  readonly posted: Message | undefined;
  readonly #parts: PostedParts;
  readonly #stream: EventStream;
  readonly #canResume: boolean;
  readonly #gone: AbortController | undefined;
  readonly #waiting: Set<unknown>;
  readonly #onOver: (posted: Posted) => void;
  #status: number | undefined;
  #isStream = false;
  /** The client was given an event id before anything was said. */
  #isPrimed = false;
  #isOver = false;
  #callOff: () => void = () => undefined;

  /**
   * @param kept - Undefined where the answer is lost with its connection.
   * @param onOver - Told once, when nothing more can be answered.
   */
  constructor(parts: PostedParts, kept: PostedKept | undefined, onOver: (posted: Posted) => void) {
    super();
    const { response, frames, isBatch, sessionId, auth, paramHeaders, revision, clock } = parts;
    this.sessionId = sessionId;
    this.auth = auth;
    this.paramHeaders = paramHeaders;
    this.posted = isBatch ? undefined : frames[0]?.message;
    this.singleRevision = isSingle(revision) ? revision : undefined;
    this.#parts = parts;
    this.#stream = new EventStream(kept?.name ?? '', kept?.replay);
    this.#canResume = kept !== undefined;
    this.#gone = kept === undefined ? new AbortController() : undefined;
    this.#waiting = new Set(requestsOf(frames));
    this.#onOver = onOver;
    response.on('close', () => {
      this.#callOff();
      // Without an event id nobody can come back for the rest.
      if (!this.#canResume || !this.#isStream || this.#waiting.size === 0) this.#over();
    });
    if (this.#waiting.size === 0) return;
    if (isBatch) this.#open();
    else this.#callOff = clock.after(STREAM_AFTER_MS, () => this.#open());
  }

  /** True when nothing more can be answered. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Aborted where a request that stands alone lost its client, which takes it back. In a session a client that lost a
   * connection has said nothing.
   */
  get signal(): AbortSignal | undefined {
    return this.#gone?.signal;
  }

  /** The stream that the answer became, for whoever takes it up again. */
  get stream(): EventStream {
    return this.#stream;
  }

  /** Takes the status of an upstream's answer. */
  answeredWith(status: number): void {
    this.#status = status;
  }

  /** Answers by a stream from now on, as the upstream does. */
  becomesStream(): void {
    if (this.#waiting.size > 0) this.#open();
  }

  /** Passes on how long the upstream wants to be left alone. */
  retriesAfter(ms: number): void {
    void this.#stream.retry(ms);
  }

  /** Has a client come back for the answer, where it was given an event id to come back with. */
  pauses(): AbortSignal | undefined {
    return this.#isPrimed && this.#waiting.size === 1 ? this.#stream.pause() : undefined;
  }

  /** Says that what was posted was taken, where nothing answers it. */
  accept(): void {
    if (this.#parts.response.headersSent) return;
    this.#parts.response.writeHead(202, { 'content-length': 0 }).end();
  }

  /** Hands over a frame; resolves when the next may follow. */
  async deliver(frame: Frame): Promise<void> {
    if (this.#waiting.size === 0) return;
    const { method, id } = frame.message;
    const isAnswer = method === undefined;
    if (isAnswer && !this.#takeAnswer(id)) return;
    const isLast = this.#waiting.size === 0;
    if (isLast && !this.#isStream) {
      this.#callOff();
      sendJson(this.#parts.response, this.#statusOf(frame.message), writeFrame(frame), this.#headers());
      return;
    }
    if (!this.#isStream) this.#open();
    const text = writeFrame(frame);
    const isKept = !isLast || !this.#isPrimed || this.#stream.hasRoomFor(text);
    const taken = this.#stream.write(isKept ? text : notKept(this.posted?.id));
    if (isLast) this.#end();
    await taken;
  }

  /** Answers all that is left with an error. */
  fail(why: string, code = SERVER_ERROR, status?: number): void {
    if (status !== undefined) this.answeredWith(status);
    for (const id of [...this.#waiting]) {
      this.deliver({ text: undefined, message: toRefusal(id, code, why) }).catch(() => undefined);
    }
  }

  #takeAnswer(id: unknown): boolean {
    if (this.#waiting.delete(id)) return true;
    // A server may write the id in another way, or know none; where one waits, it can mean no other.
    if (this.#waiting.size !== 1) return false;
    this.#waiting.clear();
    return true;
  }

  /** Opens the stream, on the connection that the request came by. */
  #open(): void {
    const { response, clock, slowReaderMs, revision } = this.#parts;
    this.#callOff();
    if (this.#isStream || response.headersSent || response.destroyed) return;
    this.#isStream = true;
    // Head and first event go out together.
    response.cork();
    const writer = new EventWriter(response, { clock, slowReaderMs, headers: this.#headers() });
    response.on('close', () => this.#stream.drop(writer));
    this.#stream.carry(writer);
    this.#isPrimed = this.#canResume && revision >= PRIMED_SINCE;
    if (this.#isPrimed) this.#stream.prime();
    response.uncork();
  }

  #end(): void {
    this.#stream.end();
    if (this.#parts.response.destroyed) this.#over();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#waiting.size > 0) this.#gone?.abort();
    this.#onOver(this);
  }

  #headers(): Record<string, string> {
    return this.sessionId === undefined ? {} : { 'mcp-session-id': this.sessionId };
  }

  #statusOf({ error }: Message): number {
    if (error === undefined) return 200;
    if (this.#status !== undefined) return this.#status;
    const { code } = Object(error) as { readonly code?: unknown };
    return this.singleRevision === undefined ? 200 : (STATUS_OF_ERROR.get(code) ?? 200);
  }
}

/** In place of an answer that is larger than what is kept for a client that is away. */
function notKept(id: unknown): string {
  return writeFrame({ text: undefined, message: toRefusal(id, SERVER_ERROR, 'The answer could not be kept.') });
}

/** The ids of requests among frames. */
export function requestsOf(frames: readonly Frame[]): readonly unknown[] {
  return frames.flatMap(({ message: { method, id } }) => (method === undefined || id === undefined ? [] : [id]));
}
