import type { CallToolContext } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { JudgedError } from '../enforcement/late-answers.js';
import type { HostTransport, Message, SendOptions } from './host-client.js';
import type { Wire } from './govern-transport.js';

/** What became of a request, as JSON-RPC says it. */
export type Outcome = { readonly result: unknown } | { readonly error: JsonObject };

/** A request that a session governs, from when the client sends it until the client has its answer. */
export class Exchange {
  readonly id: unknown;
  readonly #wire: Wire;
  readonly #options: SendOptions | undefined;
  /** Aborted when the client no longer waits. */
  readonly abandoned: AbortController;
  /** The call as it was judged, from when it was sent; undefined for other requests. */
  judged: CallToolContext | undefined = undefined;
  /** The result of the server, as it came. */
  came: unknown = undefined;
  #resolve: ((result: unknown) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;
  #answered = false;
  #deliver: ((message: Message) => void) | undefined;

  constructor(id: unknown, options: SendOptions | undefined, wire: Wire, abandoned: AbortController) {
    this.id = id;
    this.#wire = wire;
    this.#options = options;
    this.abandoned = abandoned;
  }

  /** Aborted when the client no longer waits. */
  get signal(): AbortSignal {
    return this.abandoned.signal;
  }

  /** What the request goes through. */
  get transport(): HostTransport {
    return this.#wire.transport;
  }

  /** True from the moment on when the server may know of the request. */
  get sent(): boolean {
    return this.#resolve !== undefined;
  }

  /** True where the server was asked and has not answered. */
  get open(): boolean {
    return this.sent && !this.#answered;
  }

  /** Sends the request; resolves with the result of the server, and rejects with its error. */
  ask(message: Message): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#wire.send(message, this.#options).catch(reject);
    });
  }

  /** Takes the server's answer; one that nobody asked for, or a second one, is dropped. */
  answer(response: Message, deliver: (message: Message) => void): void {
    if (!this.open) return;
    this.#answered = true;
    this.#deliver = deliver;
    const { error, result } = response;
    this.came = result;
    if (error === undefined) this.#resolve?.(result);
    else this.#reject?.(toError(error));
  }

  /** The client no longer waits, or the server cannot answer any more. */
  abandon(why: string): void {
    if (!this.open || why === CANCELLED) this.abandoned.abort(new Error(why));
    this.#reject?.(new Error(why));
  }

  /** Gives the client what became of its request. */
  deliver(outcome: Outcome): void {
    if (this.signal.aborted) return;
    const message: Message = { jsonrpc: '2.0', id: this.id, ...outcome };
    if (this.#deliver === undefined) this.#wire.deliver(message);
    else this.#deliver(message);
  }
}

/** Why a request that the client took back is abandoned. */
export const CANCELLED = 'The client cancelled the request.';

function toError(error: unknown): JudgedError {
  const { code, message, data } = isJsonObject(error) ? error : {};
  return new JudgedError(code, typeof message === 'string' ? message : 'The server answered with an error.', data);
}
