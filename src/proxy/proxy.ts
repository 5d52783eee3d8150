import type { Readable, Writable } from 'node:stream';
import type { DecisionPoint } from '../call/decision.js';
import type { GovernanceInternals } from '../enforcement/enforcement-point.js';
import type { GovernanceStatus } from '../enforcement/governance-status.js';
import { ConfigError } from '../errors/config-error.js';
import { UpstreamKnowledge } from './knowledge.js';
import { DEFAULT_BLOCK_MODE, type ProxyOptions } from './options.js';
import { Relay } from './relay.js';
import { LinePeer } from './stdio/line-peer.js';
import { RestartingPeer } from './stdio/restarting-peer.js';
import { createUpstreamPoint } from './upstream-point.js';

/** What a proxy stands on, for tests to replace. */
export interface ProxyInternals extends GovernanceInternals {
  /** Where the standard error of servers goes. Default: that of this process. */
  readonly stderr?: NodeJS.WritableStream;
}

/** A proxy that runs. */
export interface RunningProxy {
  /** Resolves when it has ended, with which side ended and why. */
  readonly ended: Promise<{ readonly side: 'client' | 'upstream' | 'proxy'; readonly why: string }>;
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

/** How long what is under way may take when the client has ended its input, in milliseconds. */
const DRAIN_MS = 5_000;

/**
 * Starts a proxy: governs a server that nobody can change, before a client that nobody can change either.
 *
 * @throws ConfigError where an option, an environment variable or the policy file cannot be right, and where the server
 *   cannot be started. Nothing runs then.
 */
export async function startProxy(options: ProxyOptions, internals: ProxyInternals = {}): Promise<RunningProxy> {
  const { inbound, limits = {} } = options;
  const [upstream] = options.upstreams;
  const { target, restart, governance } = upstream;
  if (target.kind !== 'stdio') throw new ConfigError('target: a server over HTTP cannot be reached from here.');
  const point = createUpstreamPoint(upstream, internals);
  try {
    const peer = await RestartingPeer.open({
      target,
      maxLineBytes: limits.maxOutboundBytes ?? 32 * MEBIBYTE,
      ...restart,
      ...(internals.stderr !== undefined && { stderr: internals.stderr }),
      ...(internals.clock !== undefined && { clock: internals.clock }),
    });
    const client = new LinePeer({
      input: (inbound.input ?? process.stdin) as Readable,
      output: (inbound.output ?? process.stdout) as Writable,
      maxLineBytes: limits.maxInboundBytes ?? 4 * MEBIBYTE,
      junk: 'answer',
    });
    let end: (how: Awaited<RunningProxy['ended']>) => void = () => undefined;
    const ended = new Promise<Awaited<RunningProxy['ended']>>((resolve) => (end = resolve));
    let closing: Promise<void> | undefined;
    const close = (side: 'client' | 'upstream' | 'proxy', why: string): Promise<void> => {
      closing ??= relay.close().then(async () => {
        await point.close();
        end({ side, why });
      });
      return closing;
    };
    const relay = new Relay({
      client,
      upstream: peer,
      point,
      known: new UpstreamKnowledge(),
      blockMode: governance?.blockMode ?? DEFAULT_BLOCK_MODE,
      onClose: (side, why) => {
        const drained = side === 'client' ? drain(relay) : Promise.resolve();
        void drained.then(() => close(side, why));
      },
    });
    relay.start();
    return {
      ended,
      updatePolicy: (policy) => {
        point.updatePolicy(policy);
      },
      governanceStatus: () => point.status(),
      close: (signal) => {
        if (signal !== undefined) peer.signal(signal);
        return close('proxy', 'The proxy was ended.');
      },
    };
  } catch (fault) {
    await point.close();
    throw fault;
  }
}

/** What was asked before the end of the input is answered, where that does not take long. */
async function drain(relay: Relay): Promise<void> {
  const { promise, cancel } = timeLimit();
  await Promise.race([relay.idle(), promise]);
  cancel();
}

function timeLimit(): { readonly promise: Promise<void>; readonly cancel: () => void } {
  let cancel = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, DRAIN_MS);
    cancel = () => {
      clearTimeout(timer);
    };
  });
  return { promise, cancel };
}
