import type { CallToolContext } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { JudgedError } from '../enforcement/late-answers.js';
import { type Message, strip } from './message.js';

/** What became of a request, as JSON-RPC says it. */
export type Outcome = { readonly result: unknown } | { readonly error: JsonObject };

/** How one request reaches the server, and its answer whoever asked. */
export interface Way {
  /** Writes a message to the server; rejects where it cannot be sent. */
  send(message: Message): Promise<void>;
  /** Hands a message to whoever asked. */
  deliver(message: Message): void;
  /** Aborted when whoever asked no longer waits; undefined where only a message can say so. */
  readonly signal?: AbortSignal | undefined;
}

/** A request that a session governs, from when it came until whoever asked has the answer. */
export class Exchange<W extends Way = Way> {
  /** Undefined for a request that wants no answer. */
  readonly id: string | number | undefined;
  readonly way: W;
  /** Aborted when nobody waits any more. */
  readonly abandoned: AbortController;
  /** The call as it was judged, from when it was sent; undefined for other requests. */
  judged: CallToolContext | undefined = undefined;
  /** The result of the server, as it came. */
  came: unknown = undefined;
  #response: Message | undefined;
  #resolve: ((result: unknown) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;
  #deliver: ((message: Message) => void) | undefined;

  constructor(id: string | number | undefined, way: W, abandoned: AbortController) {
    this.id = id;
    this.way = way;
    this.abandoned = abandoned;
  }

  /** Aborted when nobody waits any more. */
  get signal(): AbortSignal {
    return this.abandoned.signal;
  }

  /** True from the moment on when the server may know of the request. */
  get sent(): boolean {
    return this.#resolve !== undefined;
  }

  /** True where the server was asked and has not answered. */
  get open(): boolean {
    return this.sent && this.#response === undefined;
  }

  /**
   * Sends the request; resolves with the result of the server, and rejects with its error. Where no answer is wanted, it
   * resolves with an empty result once the request is sent.
   */
  ask(message: Message): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      const sent = this.way.send(message);
      if (this.id !== undefined) sent.catch(reject);
      else void sent.then(() => this.#resolve?.({}), reject);
    });
  }

  /** Takes the server's answer; one that nobody asked for, or a second one, is dropped. */
  answer(response: Message, deliver: (message: Message) => void): void {
    if (!this.open) return;
    this.#response = response;
    this.#deliver = deliver;
    const { error, result } = response;
    this.came = result;
    if (error === undefined) this.#resolve?.(result);
    else this.#reject?.(toError(error));
  }

  /** Nobody waits any more, or the server cannot answer. */
  abandon(why: string): void {
    if (!this.open || why === CANCELLED) this.abandoned.abort(new Error(why));
    this.#reject?.(new Error(why));
  }

  /** The server was asked and will not answer: an error of this code stands for its answer. */
  fail(code: number, why: string): void {
    if (this.open) this.#reject?.(new JudgedError(code, why));
  }

  /** Gives whoever asked what became of the request: the very answer of the server where nothing of it was changed. */
  deliver(outcome: Outcome): void {
    if (this.signal.aborted || this.id === undefined) return;
    const came = this.#response;
    const same = came?.id === this.id && 'result' in outcome && outcome.result === this.came && strip(came) === came;
    const message: Message = same ? came : { jsonrpc: '2.0', id: this.id, ...outcome };
    if (this.#deliver === undefined) this.way.deliver(message);
    else this.#deliver(message);
  }
}

/** Why a request that was taken back is abandoned. */
export const CANCELLED = 'The client cancelled the request.';

function toError(error: unknown): JudgedError {
  const { code, message, data } = isJsonObject(error) ? error : {};
  return new JudgedError(code, typeof message === 'string' ? message : 'The server answered with an error.', data);
}
