import type { Message } from '../../session/message.js';
import type { Route } from '../peer.js';

/** What one HTTP end tells the other of a request, besides its frames. */
export abstract class HttpRoute implements Route {
  abstract readonly sessionId: string | undefined;
  abstract readonly auth: object | undefined;
  abstract readonly signal: AbortSignal | undefined;
  /** The revision that the request named where it has no session; undefined in sessions. */
  abstract readonly singleRevision: string | undefined;
  /** `Mcp-Param-*` as they came, by their names in lower case. */
  abstract readonly paramHeaders: Readonly<Record<string, string>>;
  /** What was posted, before it was judged; undefined for a batch. */
  abstract readonly posted: Message | undefined;
  /** Takes the status of an upstream's answer, for clients that read an error by it. */
  abstract answeredWith(status: number): void;
  /** The upstream answers by a stream: so it goes on, from now on. */
  abstract becomesStream(): void;
  /** The upstream wants so many milliseconds between the end of its stream and the client's return. */
  abstract retriesAfter(ms: number): void;
  /**
   * The upstream ended its stream before the answer, and has the client come back for it (SEP-1699).
   *
   * @returns Aborted when the client has come back; undefined for a client that does not know such streams.
   */
  abstract pauses(): AbortSignal | undefined;
}
