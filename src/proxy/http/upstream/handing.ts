import type { Frame } from '../../frame.js';
import type { PeerHandlers, Route } from '../../peer.js';

/** Frames that may be with the relay before a stream is read on. */
const MOST_UNSETTLED = 64;

/** Hands frames over, and has whoever reads them wait while too many are not done with. */
export class Handing {
  #handlers: PeerHandlers | undefined;
  #unsettled = 0;

  /** Begins to hand over. */
  start(handlers: PeerHandlers): void {
    this.#handlers = handlers;
  }

  /** Hands a frame over; resolves when the next may follow. */
  async give(frame: Frame, route: Route | undefined): Promise<void> {
    const settled = this.#handlers?.onFrame(frame, route);
    if (settled === undefined) return;
    this.#unsettled++;
    const done = settled
      .catch(() => undefined)
      .finally(() => {
        this.#unsettled--;
      });
    if (this.#unsettled > MOST_UNSETTLED) await done;
  }

  /** Says that nothing more will come. */
  end(why: string): void {
    this.#handlers?.onClose(why);
    this.#handlers = undefined;
  }

  /** Hands nothing over any more. */
  stop(): void {
    this.#handlers = undefined;
  }
}
