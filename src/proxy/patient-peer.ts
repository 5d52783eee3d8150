import { type Clock, systemClock } from '../call/clock.js';
import { isJsonObject } from '../call/json.js';
import { isId, type Message } from '../session/message.js';
import { type Frame, toFrame, toRefusal } from './frame.js';
import type { Peer, PeerHandlers, Route } from './peer.js';

/** A request that the server has not answered. */
interface Waiting {
  readonly route: Route | undefined;
  readonly isCancellable: boolean;
  readonly progressToken: unknown;
  stop: () => void;
}

/** The JSON-RPC code of a request that the server did not answer in time. */
const NO_ANSWER = -32001;

/** So many requests that were given up are remembered, for answers that come after all. */
const MOST_GIVEN_UP = 10_000;

/**
 * A server that has so long to answer a request, and no longer.
 *
 * Progress that it tells of a request begins its time anew. What is given up is answered with an error, once; the server is
 * told, and what it answers later is dropped.
 */
export class PatientPeer implements Peer {
  readonly #peer: Peer;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #waiting = new Map<string | number, Waiting>();
  readonly #byToken = new Map<unknown, string | number>();
  readonly #givenUp = new Set<string | number>();
  #handlers: PeerHandlers | undefined;

  constructor(peer: Peer, timeoutMs: number, clock: Clock = systemClock) {
    this.#peer = peer;
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  /** {@inheritDoc Peer.transport} */
  get transport(): Peer['transport'] {
    return this.#peer.transport;
  }

  /** Sends; the time of a request begins. */
  async send(frame: Frame, route: Route | undefined): Promise<void> {
    const { id, method } = frame.message;
    if (method === undefined || !isId(id)) return this.#peer.send(frame, route);
    this.#wait(id, frame.message, route);
    try {
      await this.#peer.send(frame, route);
    } catch (fault) {
      this.#settle(id);
      throw fault;
    }
  }

  /** Begins to hand over frames. */
  start(handlers: PeerHandlers): void {
    this.#handlers = handlers;
    this.#peer.start({
      onFrame: (frame, route) => (this.#isLate(frame.message) ? undefined : handlers.onFrame(frame, route)),
      onClose: (why) => {
        this.#stop();
        handlers.onClose(why);
      },
    });
  }

  /** Closes it; nothing is waited for any more. */
  close(): Promise<void> {
    this.#stop();
    return this.#peer.close();
  }

  #wait(id: string | number, { method, params }: Message, route: Route | undefined): void {
    const meta = isJsonObject(params) ? params['_meta'] : undefined;
    const progressToken = isJsonObject(meta) ? meta['progressToken'] : undefined;
    // What is sent with an id that was used before is another request.
    this.#givenUp.delete(id);
    this.#settle(id);
    if (progressToken !== undefined) this.#byToken.set(progressToken, id);
    // MCP has it that nobody cancels the first request.
    const isCancellable = method !== 'initialize';
    this.#waiting.set(id, { route, isCancellable, progressToken, stop: this.#afterwards(id) });
  }

  #afterwards(id: string | number): () => void {
    return this.#clock.after(this.#timeoutMs, () => this.#giveUp(id));
  }

  /** True for an answer to what was given up. */
  #isLate({ id, method, params }: Message): boolean {
    if (method === undefined) {
      const key = this.#keyOf(id);
      if (key === undefined) return false;
      if (this.#givenUp.delete(key)) return true;
      this.#settle(key);
    } else if (method === 'notifications/progress' && isJsonObject(params)) {
      const key = this.#byToken.get(params['progressToken']);
      const waiting = key === undefined ? undefined : this.#waiting.get(key);
      if (key !== undefined && waiting !== undefined) {
        waiting.stop();
        waiting.stop = this.#afterwards(key);
      }
    }
    return false;
  }

  /** Clients read an id as a number, whatever it is. */
  #keyOf(id: unknown): string | number | undefined {
    if (!isId(id)) return undefined;
    return this.#waiting.has(id) || this.#givenUp.has(id) ? id : Number(id);
  }

  #giveUp(id: string | number): void {
    const { route, isCancellable } = this.#waiting.get(id) ?? {};
    this.#settle(id);
    if (this.#givenUp.size >= MOST_GIVEN_UP) this.#givenUp.delete(this.#givenUp.values().next().value as string);
    this.#givenUp.add(id);
    const reason = `The MCP server did not answer within ${this.#timeoutMs} ms.`;
    if (isCancellable === true) {
      const message = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason } };
      // Whoever does not answer may not listen either.
      this.#peer.send(toFrame(message), route).catch(() => undefined);
    }
    void this.#handlers?.onFrame(toFrame(toRefusal(id, NO_ANSWER, reason)), route);
  }

  #settle(id: string | number): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    waiting.stop();
    this.#byToken.delete(waiting.progressToken);
    this.#waiting.delete(id);
  }

  #stop(): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id);
  }
}
