import type { Frame } from '../../frame.js';
import type { Peer, PeerHandlers, Route } from '../../peer.js';
import type { Posted } from './posted.js';

/** A request of a revision without sessions: a client that says one thing and is gone when it has its answer. */
export class SinglePost implements Peer {
  readonly transport = 'tcp';
  readonly #frame: Frame;
  readonly #posted: Posted;
  #handlers: PeerHandlers | undefined;
  #over = false;

  constructor(frame: Frame, posted: Posted) {
    this.#frame = frame;
    this.#posted = posted;
  }

  /** Hands over the one frame; what nobody answers is taken once it was passed on. */
  start(handlers: PeerHandlers): void {
    this.#handlers = handlers;
    void this.#hand(handlers);
  }

  /** Sends a frame: all that comes belongs to the one request. */
  async send(frame: Frame, _route: Route | undefined): Promise<void> {
    const { method, id } = frame.message;
    if (method !== undefined && id !== undefined) throw new Error('A client of this revision takes no requests.');
    await this.#posted.deliver(frame);
  }

  /** Ends it: what was not answered is answered with an error. */
  close(): Promise<void> {
    this.#over = true;
    this.#posted.fail('The request could not be answered.');
    return Promise.resolve();
  }

  /** The client has its answer, or no longer waits for it. */
  leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.#handlers?.onClose('The client no longer waits.');
  }

  async #hand(handlers: PeerHandlers): Promise<void> {
    const isRequest = this.#frame.message.id !== undefined;
    try {
      await handlers.onFrame(this.#frame, this.#posted);
      if (!isRequest) this.#posted.accept();
    } catch {
      this.#posted.fail('Internal error: the request could not be passed on.', -32603);
      if (!isRequest) this.#posted.accept();
    }
  }
}
