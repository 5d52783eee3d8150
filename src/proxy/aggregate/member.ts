import { isJsonObject, type JsonObject } from '../../call/json.js';
import { isId, type Message } from '../../session/message.js';
import { type Frame, toFrame, toRefusal } from '../frame.js';
import type { Peer, PeerHandlers, Route } from '../peer.js';

/** One server of several, with the relay that governs it. */
export interface AggregateMember {
  readonly name: string;
  /** Begins a session with the server, for what stands in a client's place. */
  start(client: Peer): void;
  close(): Promise<void>;
}

/** Takes the answer to a request. */
export type OnAnswer = (frame: Frame, route: Route | undefined) => void | Promise<void>;

/** What a member says that is no answer. */
export type OnSaid = (member: Member, frame: Frame, route: Route | undefined) => void | Promise<void>;

/** The JSON-RPC code of a request that a server did not answer. */
export const NOT_ANSWERED = -32000;

/** One server of several, as the aggregate speaks with it: to the server's relay, this is the client. */
export class Member implements Peer {
  readonly name: string;
  readonly transport: Peer['transport'];
  /** What the server can do; undefined before it said so, and in sessions that begin without a handshake. */
  capabilities: JsonObject | undefined;
  /** True for a server that failed to begin a session: it is left out of what all are asked. */
  isOut = false;
  readonly #of: AggregateMember;
  readonly #onSaid: OnSaid;
  readonly #waiting = new Map<string | number, OnAnswer>();
  #handlers: PeerHandlers | undefined;
  #lost: string | undefined;

  constructor(of: AggregateMember, transport: Peer['transport'], onSaid: OnSaid) {
    this.name = of.name;
    this.transport = transport;
    this.#of = of;
    this.#onSaid = onSaid;
  }

  /** True for a server that can do something; `resources.subscribe`, say. */
  can(path: string): boolean {
    if (this.isOut) return false;
    if (this.capabilities === undefined) return true;
    let at: unknown = this.capabilities;
    for (const key of path.split('.')) at = isJsonObject(at) ? at[key] : undefined;
    return at !== undefined && at !== false;
  }

  /** Connects to the server's relay. */
  connect(): void {
    this.#of.start(this);
  }

  /** {@inheritDoc Peer.start} */
  start(handlers: PeerHandlers): void {
    this.#handlers = handlers;
  }

  /** Takes what comes from the server's relay. */
  async send(frame: Frame, route: Route | undefined): Promise<void> {
    const { id, method } = frame.message;
    if (method !== undefined || id === null) return this.#onSaid(this, frame, route);
    const onAnswer = this.#take(id);
    // What nobody waits for any more goes nowhere.
    await onAnswer?.(frame, route);
  }

  /** Sends a request; `onAnswer` is called once, with an error where the server is gone. */
  ask(frame: Frame, route: Route | undefined, onAnswer: OnAnswer): void | Promise<void> {
    const { id } = frame.message;
    if (!isId(id)) return undefined;
    if (this.#lost !== undefined || this.#handlers === undefined) return onAnswer(this.#gone(id), route);
    this.#waiting.set(id, onAnswer);
    return this.#handlers.onFrame(frame, route);
  }

  /** The same, for whoever wants to wait for the answer. */
  asked(message: Message, route: Route | undefined): Promise<Message> {
    return new Promise((resolve) => void this.ask(toFrame(message), route, (frame) => resolve(frame.message)));
  }

  /** Sends what is no request. */
  tell(frame: Frame, route: Route | undefined): void | Promise<void> {
    return this.#lost === undefined ? this.#handlers?.onFrame(frame, route) : undefined;
  }

  /** True where the server has not answered a request of this id. */
  has(id: unknown): boolean {
    return isId(id) && this.#waiting.has(id);
  }

  /** No answer to the request of this id is wanted any more. */
  forget(id: unknown): void {
    if (isId(id)) this.#waiting.delete(id);
  }

  /** The server is gone: everything that waits for it is answered with an error. */
  lost(why: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = why;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [id, onAnswer] of waiting) void onAnswer(this.#gone(id), undefined);
  }

  /** {@inheritDoc Peer.close} */
  async close(): Promise<void> {
    this.lost('the session has ended');
  }

  /** Ends the session with the server. */
  async end(): Promise<void> {
    this.lost('the session has ended');
    await this.#of.close();
  }

  #gone(id: unknown): Frame {
    return toFrame(toRefusal(id, NOT_ANSWERED, `The server '${this.name}' is not there.`));
  }

  /** Servers read an id as a number, whatever it is. */
  #take(id: unknown): OnAnswer | undefined {
    if (!isId(id)) return undefined;
    const key = this.#waiting.has(id) ? id : Number(id);
    const onAnswer = this.#waiting.get(key);
    this.#waiting.delete(key);
    return onAnswer;
  }
}
