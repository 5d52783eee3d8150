import type { Readable, Writable } from 'node:stream';
import type { DecisionPoint } from '../call/decision.js';
import type { GovernanceInternals } from '../enforcement/enforcement-point.js';
import type { GovernanceStatus } from '../enforcement/governance-status.js';
import type { BlockMode } from '../config/options.js';
import { ConfigError } from '../errors/config-error.js';
import { aggregateOf } from './aggregate/aggregate-of.js';
import { isMemberName } from './aggregate/prefix.js';
import { drain } from './drain.js';
import type { ClientSession } from './http-door.js';
import { UpstreamKnowledge } from './knowledge.js';
import { DEFAULT_BLOCK_MODE, type ProxyLimits, type ProxyOptions, type UpstreamOptions } from './options.js';
import type { Peer } from './peer.js';
import { PointInForce } from './point-in-force.js';
import { Relay } from './relay.js';
import { LinePeer } from './stdio/line-peer.js';
import { type Target, toTarget } from './target.js';
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
  /**
   * Governs a server anew, for all calls from now on; those that run end as they began.
   *
   * @param name - Of the server; nothing happens where there is none of that name.
   * @throws ConfigError where an option cannot be right: what governed the server before goes on.
   */
  govern(name: string, governed: Pick<UpstreamOptions, 'governance' | 'approve'>): void;
  /**
   * Starts or calls a server in another way, for sessions that begin from now on; those that go on keep theirs.
   *
   * @param patience - How it is started again, and how long it has to answer. Default: as before.
   */
  retarget(
    name: string,
    target: UpstreamOptions['target'],
    patience?: Pick<UpstreamOptions, 'restart' | 'answerTimeoutMs'>,
  ): Promise<void>;
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

type OnClose = (side: 'client' | 'upstream', why: string) => void;

/** A server with what judges its calls, for all sessions. */
interface Served {
  readonly name: string;
  readonly point: PointInForce;
  readonly known: UpstreamKnowledge;
  readonly blockMode: BlockMode;
  readonly patience: Pick<UpstreamOptions, 'restart' | 'answerTimeoutMs'>;
  target: Target;
}

async function toServed(upstream: UpstreamOptions, limits: ProxyLimits, internals: ProxyInternals): Promise<Served> {
  const target = await toTarget(upstream, limits, internals);
  return {
    name: upstream.name ?? '',
    point: new PointInForce(createUpstreamPoint(upstream, internals)),
    known: new UpstreamKnowledge(),
    blockMode: upstream.governance?.blockMode ?? DEFAULT_BLOCK_MODE,
    patience: upstream,
    target,
  };
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

/**
 * Starts a proxy: governs a server that nobody can change, before a client that nobody can change either.
 *
 * @throws ConfigError where an option, an environment variable or the policy file cannot be right, and where the server
 *   cannot be started. Nothing runs then.
 */
export async function startProxy(options: ProxyOptions, internals: ProxyInternals = {}): Promise<RunningProxy> {
  const { inbound, limits = {}, upstreams } = options;
  checkNames(upstreams);
  const servers: Served[] = [];
  const past: Target[] = [];
  const closeServers = async (): Promise<void> => {
    await Promise.all([...servers.map(({ target }) => target), ...past].map((target) => target.close()));
    await Promise.all(servers.map(({ point }) => point.close()));
  };
  let end: (how: Awaited<RunningProxy['ended']>) => void = () => undefined;
  const ended = new Promise<Awaited<RunningProxy['ended']>>((resolve) => (end = resolve));
  const finish = async (sessions: () => Promise<void>, side: Side, why: string): Promise<void> => {
    await sessions();
    await closeServers();
    end({ side, why });
  };
  let closing: Promise<void> | undefined;
  let sessions = (): Promise<void> => Promise.resolve();
  const close = (side: Side, why: string): Promise<void> => (closing ??= finish(sessions, side, why));
  let url: string | undefined;
  try {
    for (const upstream of upstreams) servers.push(await toServed(upstream, limits, internals));
    const [only] = servers as [Served];
    const begin = (client: Peer, onClose: OnClose): ClientSession =>
      servers.length === 1
        ? new Relay({ ...only, client, upstream: only.target.open(), onClose })
        : aggregateOf({ client, servers, clock: internals.clock, onClose });
    if (inbound.kind === 'http') {
      const maxBodyBytes = limits.maxInboundBytes ?? inbound.limits?.maxBodyBytes ?? 4 * MEBIBYTE;
      const given = internals.clock === undefined ? {} : { clock: internals.clock };
      const { openHttpDoor } = await import('./http-door.js');
      const door = await openHttpDoor({
        begin,
        inbound: {
          takesSingles: servers.every(({ target }) => target.takesSingles),
          ...given,
          ...inbound,
          limits: { ...inbound.limits, maxBodyBytes },
        },
      });
      ({ url } = door);
      sessions = () => door.close();
    } else {
      // One server has to start; of several, those that do not are left out.
      const peer = servers.length === 1 ? await only.target.opened() : undefined;
      const client = new LinePeer({
        input: (inbound.input ?? process.stdin) as Readable,
        output: (inbound.output ?? process.stdout) as Writable,
        maxLineBytes: limits.maxInboundBytes ?? 4 * MEBIBYTE,
        junk: 'answer',
      });
      const onClose: OnClose = (side, why) => {
        void drain(session).then(() => close(side, why));
      };
      const session =
        peer === undefined ? begin(client, onClose) : new Relay({ ...only, client, upstream: peer, onClose });
      sessions = () => session.close();
      session.start();
    }
  } catch (fault) {
    await closeServers();
    throw fault;
  }
  return {
    ended,
    ...(url !== undefined && { url }),
    updatePolicy: (policy) => {
      for (const { point } of servers) point.updatePolicy(policy);
    },
    govern: (name, governed) => {
      const served = servers.find((each) => each.name === name);
      served?.point.replace(createUpstreamPoint({ ...governed, name }, internals));
    },
    retarget: async (name, target, patience) => {
      const served = servers.find((each) => each.name === name);
      if (served === undefined) return;
      const next = await toTarget({ ...(patience ?? served.patience), target }, limits, internals);
      past.push(served.target);
      served.target = next;
    },
    governanceStatus: () => (servers[0] as Served).point.status(),
    close: (signal) => {
      if (signal !== undefined) for (const { target } of servers) target.signal(signal);
      return close('proxy', 'The proxy was ended.');
    },
  };
}
