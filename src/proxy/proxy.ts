import type { Readable, Writable } from 'node:stream';
import type { DecisionPoint } from '../call/decision.js';
import type { GovernanceInternals } from '../enforcement/enforcement-point.js';
import type { GovernanceStatus } from '../enforcement/governance-status.js';
import { drain } from './drain.js';
import { UpstreamKnowledge } from './knowledge.js';
import { DEFAULT_BLOCK_MODE, type ProxyOptions } from './options.js';
import { Relay } from './relay.js';
import { LinePeer } from './stdio/line-peer.js';
import { toTarget } from './target.js';
import { createUpstreamPoint } from './upstream-point.js';

/** What a proxy stands on, for tests to replace. */
export interface ProxyInternals extends GovernanceInternals {
  /** Where the standard error of servers goes. Default: that of this process. */
  readonly stderr?: NodeJS.WritableStream;
}

/** Which side ended. */
type Side = 'client' | 'upstream' | 'proxy';

/** A proxy that runs. */
export interface RunningProxy {
  /** Resolves when it has ended, with which side ended and why. */
  readonly ended: Promise<{ readonly side: Side; readonly why: string }>;
  /** Where clients reach it over HTTP; undefined where they do not. */
  readonly url?: string;
  /** Puts another policy in force, for all calls from now on. */
  updatePolicy(policy: DecisionPoint): void;
  /** What decides at this moment, and how the connection to a controlplane is. */
  governanceStatus(): GovernanceStatus;
  /**
   * Ends the proxy, and every process that it started; resolves when nothing is left and the record is kept.
   *
   * @param signal - Passed on to the server first.
   */
  close(signal?: NodeJS.Signals): Promise<void>;
}

const MEBIBYTE = 1024 ** 2;

/**
 * Starts a proxy: governs a server that nobody can change, before a client that nobody can change either.
 *
 * @throws ConfigError where an option, an environment variable or the policy file cannot be right, and where the server
 *   cannot be started. Nothing runs then.
 */
export async function startProxy(options: ProxyOptions, internals: ProxyInternals = {}): Promise<RunningProxy> {
  const { inbound, limits = {}, upstreams } = options;
  const [upstream] = upstreams;
  const target = await toTarget(upstream, limits, internals);
  const point = createUpstreamPoint(upstream, internals);
  const parts = {
    point,
    known: new UpstreamKnowledge(),
    blockMode: upstream.governance?.blockMode ?? DEFAULT_BLOCK_MODE,
  };
  let end: (how: Awaited<RunningProxy['ended']>) => void = () => undefined;
  const ended = new Promise<Awaited<RunningProxy['ended']>>((resolve) => (end = resolve));
  const finish = async (sessions: () => Promise<void>, side: Side, why: string): Promise<void> => {
    await sessions();
    await target.close();
    await point.close();
    end({ side, why });
  };
  let closing: Promise<void> | undefined;
  let sessions = (): Promise<void> => Promise.resolve();
  const close = (side: Side, why: string): Promise<void> => (closing ??= finish(sessions, side, why));
  let url: string | undefined;
  try {
    if (inbound.kind === 'http') {
      const maxBodyBytes = limits.maxInboundBytes ?? inbound.limits?.maxBodyBytes ?? 4 * MEBIBYTE;
      const given = internals.clock === undefined ? {} : { clock: internals.clock };
      const { openHttpDoor } = await import('./http-door.js');
      const door = await openHttpDoor({
        begin: (client, onClose) => new Relay({ ...parts, client, upstream: target.open(), onClose }),
        inbound: {
          takesSingles: target.takesSingles,
          ...given,
          ...inbound,
          limits: { ...inbound.limits, maxBodyBytes },
        },
      });
      ({ url } = door);
      sessions = () => door.close();
    } else {
      const peer = await target.opened();
      const client = new LinePeer({
        input: (inbound.input ?? process.stdin) as Readable,
        output: (inbound.output ?? process.stdout) as Writable,
        maxLineBytes: limits.maxInboundBytes ?? 4 * MEBIBYTE,
        junk: 'answer',
      });
      const relay = new Relay({
        ...parts,
        client,
        upstream: peer,
        onClose: (side, why) => {
          void drain(relay).then(() => close(side, why));
        },
      });
      sessions = () => relay.close();
      relay.start();
    }
  } catch (fault) {
    await target.close();
    await point.close();
    throw fault;
  }
  return {
    ended,
    ...(url !== undefined && { url }),
    updatePolicy: (policy) => {
      point.updatePolicy(policy);
    },
    governanceStatus: () => point.status(),
    close: (signal) => {
      if (signal !== undefined) target.signal(signal);
      return close('proxy', 'The proxy was ended.');
    },
  };
}
