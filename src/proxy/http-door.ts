import { drain, type Drained } from './drain.js';
import { createHttpInbound } from './http/inbound/http-inbound.js';
import type { HttpInboundOptions } from './http/inbound/options.js';
import type { Peer } from './peer.js';

/** What stands between one client and what it was led to: a relay, or several as one. */
export interface ClientSession extends Drained {
  start(): void;
  close(): Promise<void>;
}

/** What clients over HTTP are led to. */
export interface HttpDoorParts {
  readonly inbound: HttpInboundOptions;
  /** Makes what a new client is led to; it is started by the door, and tells which side ended. */
  begin(client: Peer, onClose: (side: 'client' | 'upstream', why: string) => void): ClientSession;
}

/** Clients over HTTP, each session of theirs before a session of its own with what is behind the proxy. */
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
export async function openHttpDoor(parts: HttpDoorParts): Promise<HttpDoor> {
  const near = createHttpInbound(parts.inbound);
  const sessions = new Map<ClientSession, Promise<void> | undefined>();
  const end = (session: ClientSession): Promise<void> => {
    const before = sessions.get(session);
    if (before !== undefined) return before;
    const ended = session.close().finally(() => sessions.delete(session));
    sessions.set(session, ended);
    return ended;
  };
  near.onSession((client) => {
    const session: ClientSession = parts.begin(client, (side) => {
      // What a client that is gone asked is answered to nobody.
      void (side === 'client' ? Promise.resolve() : drain(session)).then(() => end(session));
    });
    sessions.set(session, undefined);
    session.start();
  });
  const { url } = await near.listen();
  return {
    url,
    close: async () => {
      await near.close();
      await Promise.all([...sessions.keys()].map((session) => end(session)));
    },
  };
}
