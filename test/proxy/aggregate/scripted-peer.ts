import type { Message } from '../../../src/session/message.js';
import { type Frame, toFrame } from '../../../src/proxy/frame.js';
import type { Peer, PeerHandlers } from '../../../src/proxy/peer.js';

/** One end that a test holds: what is sent to it is kept, and what the test says comes from it. */
export class ScriptedPeer implements Peer {
  readonly transport = 'pipe';
  readonly got: Message[] = [];
  closed = false;
  #handlers: PeerHandlers | undefined;

  async send({ message }: Frame): Promise<void> {
    this.got.push(message);
  }

  start(handlers: PeerHandlers): void {
    this.#handlers = handlers;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  /** Says something, and lets everything that follows from it happen. */
  async say(message: Message, isInexact = false): Promise<void> {
    void this.#handlers?.onFrame({ ...toFrame({ jsonrpc: '2.0', ...message }), isInexact }, undefined);
    await settled();
  }

  async end(why: string): Promise<void> {
    this.#handlers?.onClose(why);
    await settled();
  }

  /** What was sent to it since the last look. */
  take(): Message[] {
    return this.got.splice(0);
  }
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
