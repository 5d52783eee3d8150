import type { Frame } from './frame.js';
import type { Peer, PeerHandlers, Route } from './peer.js';

/** A peer that is still being opened: what is sent waits, in its order. */
export class LatePeer implements Peer {
  readonly transport: Peer['transport'];
  readonly #opening: Promise<Peer>;
  readonly #onClosed: () => void;

  constructor(opening: Promise<Peer>, transport: Peer['transport'], onClosed: () => void) {
    this.#opening = opening;
    this.#onClosed = onClosed;
    this.transport = transport;
  }

  /** Sends once it is open. */
  async send(frame: Frame, route: Route | undefined): Promise<void> {
    await (await this.#opening).send(frame, route);
  }

  /** Begins to hand over frames once it is open; what cannot be opened is closed. */
  start(handlers: PeerHandlers): void {
    this.#opening.then(
      (peer) => peer.start(handlers),
      () => handlers.onClose('The MCP server could not be started.'),
    );
  }

  /** Closes it, as soon as it is open. */
  async close(): Promise<void> {
    const peer = await this.#opening.catch(() => undefined);
    await peer?.close();
    this.#onClosed();
  }
}
