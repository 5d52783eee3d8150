import { ConfigError } from '../errors/config-error.js';
import { LatePeer } from './late-peer.js';
import type { ProxyLimits, UpstreamOptions } from './options.js';
import { PatientPeer } from './patient-peer.js';
import type { Peer } from './peer.js';
import type { ProxyInternals } from './proxy.js';
import { RestartingPeer } from './stdio/restarting-peer.js';

/** A server, for as many sessions as clients begin. */
export interface Target {
  /** True where a session costs no process, so that one for each request is none too many. */
  readonly takesSingles: boolean;
  /** Begins a session with it. */
  open(): Peer;
  /** The same, for whoever can wait until it runs; rejects with a ConfigError where it cannot be started. */
  opened(): Promise<Peer>;
  /** Passes a signal on to every process. */
  signal(signal: NodeJS.Signals): void;
  /** Ends what all sessions share. */
  close(): Promise<void>;
}

const MOST_BYTES = 32 * 1024 ** 2;

/**
 * Makes a server reachable: a process for each session, or one address for all.
 *
 * @throws ConfigError for an address, headers or a time that cannot be right.
 */
export async function toTarget(
  { target, restart, answerTimeoutMs }: UpstreamOptions,
  { maxOutboundBytes = MOST_BYTES }: ProxyLimits,
  { stderr, clock }: ProxyInternals,
): Promise<Target> {
  if (answerTimeoutMs !== undefined && !(answerTimeoutMs >= 1 && answerTimeoutMs < 2 ** 31)) {
    throw new ConfigError('answerTimeoutMs must be a number of milliseconds from 1 to 2147483647.');
  }
  const given = clock === undefined ? {} : { clock };
  const patient = (peer: Peer): Peer =>
    answerTimeoutMs === undefined ? peer : new PatientPeer(peer, answerTimeoutMs, clock);
  if (target.kind === 'http') {
    // Loaded where it is needed: most proxies start a process.
    const { HttpUpstream } = await import('./http/upstream/http-upstream.js');
    const { url, headers = {} } = target;
    const upstream = new HttpUpstream({ url, headers, limits: { maxMessageBytes: maxOutboundBytes }, ...given });
    return {
      takesSingles: true,
      open: () => patient(upstream.open()),
      opened: async () => patient(upstream.open()),
      signal: () => undefined,
      close: () => upstream.close(),
    };
  }
  const running = new Set<RestartingPeer>();
  const opened = async (): Promise<RestartingPeer> => {
    const told = stderr === undefined ? {} : { stderr };
    const peer = await RestartingPeer.open({ target, maxLineBytes: maxOutboundBytes, ...restart, ...told, ...given });
    running.add(peer);
    return peer;
  };
  return {
    takesSingles: false,
    open: () => {
      const opening = opened();
      const late = new LatePeer(opening, 'pipe', () => {
        void opening.then((peer) => running.delete(peer)).catch(() => undefined);
      });
      return patient(late);
    },
    opened: async () => patient(await opened()),
    signal: (signal) => {
      for (const peer of running) peer.signal(signal);
    },
    close: async () => {
      await Promise.all([...running].map((peer) => peer.close()));
    },
  };
}
