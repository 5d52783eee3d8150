import type { BlockMode } from '../config/options.js';
import type { EnforcementPoint } from '../enforcement/enforcement-point.js';
import { drain } from './drain.js';
import { createHttpInbound } from './http/inbound/http-inbound.js';
import type { HttpInboundOptions } from './http/inbound/options.js';
import type { UpstreamKnowledge } from './knowledge.js';
import { Relay } from './relay.js';
import type { Target } from './target.js';

/** What clients over HTTP are led to. */
export interface HttpDoorParts {
  readonly inbound: HttpInboundOptions;
  readonly target: Target;
  readonly point: EnforcementPoint;
  readonly known: UpstreamKnowledge;
  readonly blockMode: BlockMode;
}

/** Clients over HTTP, each session of theirs before a session with the server of its own. */
export interface HttpDoor {
  /** Where clients reach the proxy. */
  readonly url: string;
  /** Ends all sessions; resolves when nothing is left of them. */
  close(): Promise<void>;
}

/**
 * Lets clients in over HTTP.
 *
 * @throws ConfigError for options that cannot be right, and where anybody could be let in.
 */
export async function openHttpDoor({ inbound, target, ...parts }: HttpDoorParts): Promise<HttpDoor> {
  const near = createHttpInbound({ ...inbound, takesSingles: target.takesSingles });
  const closing = new Map<Relay, Promise<void> | undefined>();
  const end = (relay: Relay): Promise<void> => {
    const before = closing.get(relay);
    if (before !== undefined) return before;
    const ended = relay.close().finally(() => closing.delete(relay));
    closing.set(relay, ended);
    return ended;
  };
  near.onSession((client) => {
    const relay: Relay = new Relay({
      ...parts,
      client,
      upstream: target.open(),
      onClose: (side) => {
        // What a client that is gone asked is answered to nobody.
        void (side === 'client' ? Promise.resolve() : drain(relay)).then(() => end(relay));
      },
    });
    closing.set(relay, undefined);
    relay.start();
  });
  const { url } = await near.listen();
  return {
    url,
    close: async () => {
      await near.close();
      await Promise.all([...closing.keys()].map(end));
    },
  };
}
