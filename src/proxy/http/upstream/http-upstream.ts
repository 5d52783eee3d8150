import { systemClock, type Clock } from '../../../call/clock.js';
import type { Peer } from '../../peer.js';
import { ParamHeaders } from '../param-headers.js';
import { resolveUpstream, type HttpUpstreamOptions, type ResolvedUpstream } from './options.js';
import { Origin } from './origin.js';
import { StreamablePeer } from './streamable-peer.js';

/** A server that is reached over HTTP: one for all sessions with it, which share its connections. */
export class HttpUpstream {
  readonly #resolved: ResolvedUpstream;
  readonly #origin: Origin;
  readonly #clock: Clock;
  /** What tools mirror into headers is the same for all who call them. */
  readonly #params = new ParamHeaders();
  readonly #open = new Set<StreamablePeer>();

  /** @throws ConfigError for an address that is none, and for headers that cannot be sent. */
  constructor(options: HttpUpstreamOptions) {
    this.#resolved = resolveUpstream(options);
    this.#origin = new Origin(this.#resolved);
    this.#clock = options.clock ?? systemClock;
  }

  /** Makes a session, which begins with what is sent first. */
  open(): Peer {
    const peer = new StreamablePeer({
      origin: this.#origin,
      params: this.#params,
      limits: this.#resolved.limits,
      clock: this.#clock,
      onOver: (over) => this.#open.delete(over),
    });
    this.#open.add(peer);
    return peer;
  }

  /** Ends all sessions and connections. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((peer) => peer.close()));
    await this.#origin.close();
  }
}
