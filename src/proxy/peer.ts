import type { Frame } from './frame.js';

/**
 * One HTTP exchange that frames came by; what answers them goes the same way. Opaque to the relay but for who calls, and
 * told apart by identity.
 */
export interface Route {
  readonly sessionId: string | undefined;
  /** What authentication found of the caller; undefined where nobody asked. */
  readonly auth: object | undefined;
  /** Aborted when the exchange is over and nobody can be answered by it any more. */
  readonly signal: AbortSignal | undefined;
}

/** One side of the relay. */
export interface Peer {
  /** Sends; resolves when the next may be sent (backpressure). Rejects where it cannot be sent. */
  send(frame: Frame, route: Route | undefined): Promise<void>;
  /** Begins to hand over frames. A peer reads no further while too many handlers have not settled. */
  start(handlers: PeerHandlers): void;
  /** Ends the connection; `onClose` is not called for it. */
  close(): Promise<void>;
  /** `pipe` for stdio, `tcp` for HTTP (OpenTelemetry's `network.transport`). */
  readonly transport: 'pipe' | 'tcp';
}

/** Who is told what comes from a peer. */
export interface PeerHandlers {
  /** A frame came, by a route where the peer has any. */
  onFrame(frame: Frame, route: Route | undefined): void | Promise<void>;
  /** Nothing will come any more. */
  onClose(why: string): void;
}
