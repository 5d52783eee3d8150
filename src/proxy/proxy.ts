import type { Readable, Writable } from 'node:stream';
import type { DecisionPoint } from '../call/decision.js';
import type { GovernanceInternals } from '../enforcement/enforcement-point.js';
import type { GovernanceStatus } from '../enforcement/governance-status.js';
import { ConfigError } from '../errors/config-error.js';
import type { Aggregate } from './aggregate/aggregate.js';
import { aggregateOf, type ServerBehind } from './aggregate/aggregate-of.js';
import { isMemberName } from './aggregate/prefix.js';
import { UpstreamKnowledge } from './knowledge.js';
import { DEFAULT_BLOCK_MODE, type ProxyLimits, type ProxyOptions, type UpstreamOptions } from './options.js';
import type { Peer } from './peer.js';
import { PointInForce } from './point-in-force.js';
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
  /**
   * Governs a server anew, for all calls from now on; those that run end as they began.
   *
   * @param name - Of the server; nothing happens where there is none of that name.
   * @throws ConfigError where an option cannot be right: what governed the server before goes on.
   */
  govern(name: string, governed: Pick<UpstreamOptions, 'governance' | 'approve'>): void;
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
  const { inbound, upstreams, limits = {} } = options;
  if (inbound.kind !== 'stdio') throw new ConfigError('inbound: clients over HTTP cannot be let in from here.');
  checkNames(upstreams);
  const points = upstreams.map((each) => new PointInForce(createUpstreamPoint(each, internals)));
  const closePoints = (): Promise<unknown> => Promise.all(points.map((point) => point.close()));
  try {
    const peers = await openUpstreams(upstreams, limits, internals);
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
      closing ??= session.close().then(async () => {
        await closePoints();
        end({ side, why });
      });
      return closing;
    };
    const onClose = (side: 'client' | 'upstream', why: string): void => {
      const drained = side === 'client' ? drain(session) : Promise.resolve();
      void drained.then(() => close(side, why));
    };
    const servers = upstreams.map((upstream, at): ServerBehind => ({
      name: upstream.name ?? '',
      point: points[at] as PointInForce,
      blockMode: upstream.governance?.blockMode ?? DEFAULT_BLOCK_MODE,
      upstream: peers[at],
    }));
    const session = openSession(client, servers, internals, onClose);
    session.start();
    return {
      ended,
      updatePolicy: (policy) => {
        for (const point of points) point.updatePolicy(policy);
      },
      govern: (name, governed) => {
        const at = upstreams.findIndex((each) => each.name === name);
        points[at]?.replace(createUpstreamPoint({ ...governed, name }, internals));
      },
      governanceStatus: () => (points[0] as PointInForce).status(),
      close: (signal) => {
        if (signal !== undefined) for (const peer of peers) peer?.signal(signal);
        return close('proxy', 'The proxy was ended.');
      },
    };
  } catch (fault) {
    await closePoints();
    throw fault;
  }
}

/** Behind one endpoint, names are what servers and their tools are known by. */
function checkNames(upstreams: ProxyOptions['upstreams']): void {
  if (upstreams.length === 1) return;
  const names = upstreams.map(({ name = '' }) => name);
  if (names.every(isMemberName) && new Set(names).size === names.length) return;
  throw new ConfigError(
    'upstreams: of several servers, each has a name of its own: letters, digits, and . - _ between them, no __.',
  );
}

/** One server has to start; of several, those that do not are left out, unless none does. */
async function openUpstreams(
  upstreams: ProxyOptions['upstreams'],
  { maxOutboundBytes = 32 * MEBIBYTE }: ProxyLimits,
  { stderr, clock }: ProxyInternals,
): Promise<readonly (RestartingPeer | undefined)[]> {
  const seams = { ...(stderr !== undefined && { stderr }), ...(clock !== undefined && { clock }) };
  const opened = await Promise.allSettled(
    upstreams.map(async ({ target, restart }) => {
      if (target.kind !== 'stdio') throw new ConfigError('target: a server over HTTP cannot be reached from here.');
      return RestartingPeer.open({ target, maxLineBytes: maxOutboundBytes, ...restart, ...seams });
    }),
  );
  const [first] = opened;
  if (first?.status === 'rejected' && opened.every(({ status }) => status === 'rejected')) throw first.reason;
  return opened.map((each) => (each.status === 'fulfilled' ? each.value : undefined));
}

/** What a client speaks with: one server, or several as if they were one. */
function openSession(
  client: Peer,
  servers: readonly ServerBehind[],
  { clock }: ProxyInternals,
  onClose: (side: 'client' | 'upstream', why: string) => void,
): Relay | Aggregate {
  const [{ point, blockMode, upstream }] = servers as [ServerBehind];
  if (servers.length > 1 || upstream === undefined) return aggregateOf({ client, servers, clock, onClose });
  return new Relay({ client, upstream, point, known: new UpstreamKnowledge(), blockMode, onClose });
}

/** What was asked before the end of the input is answered, where that does not take long. */
async function drain(session: Relay | Aggregate): Promise<void> {
  const { promise, cancel } = timeLimit();
  await Promise.race([session.idle(), promise]);
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
