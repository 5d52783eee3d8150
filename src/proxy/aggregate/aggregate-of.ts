import { type Clock, systemClock } from '../../call/clock.js';
import type { BlockMode } from '../../config/options.js';
import { noRequest } from '../../call/host-request.js';
import { isJsonObject } from '../../call/json.js';
import { describeFault, log } from '../../telemetry/log.js';
import type { UpstreamKnowledge } from '../knowledge.js';
import type { Peer } from '../peer.js';
import { type JudgingPoint, Relay } from '../relay.js';
import type { Target } from '../target.js';
import { Aggregate } from './aggregate.js';
import type { AggregateMember } from './member.js';

/** One of several servers, ready to be spoken with. */
export interface ServerBehind {
  readonly name: string;
  readonly point: JudgingPoint;
  readonly blockMode: BlockMode;
  readonly known: UpstreamKnowledge;
  readonly target: Pick<Target, 'open'>;
}

/** What a session with several servers is made of. */
export interface SessionOfMany {
  readonly client: Peer;
  readonly servers: readonly ServerBehind[];
  readonly clock?: Clock | undefined;
  /** Told that the client is gone, or that the last server is. */
  readonly onClose: (side: 'client' | 'upstream', why: string) => void;
}

/** A session of a client with several servers: a relay before each, and the aggregate before the relays. */
export function aggregateOf({ client, servers, clock = systemClock, onClose }: SessionOfMany): Aggregate {
  let left = servers.length;
  const lost = (name: string, why: string): void => {
    log('warn', `the MCP server '${name}' is gone (${why}); those beside it go on`);
    aggregate.lost(name, why);
    if (--left === 0) onClose('upstream', 'No server is left.');
  };
  const members = servers.map((server) => toMember(server, lost));
  const [first] = servers;
  const aggregate = new Aggregate({
    client,
    members,
    clock,
    onUnknownTool: ({ params }) => {
      const name = isJsonObject(params) ? params['name'] : undefined;
      const tool = typeof name === 'string' ? name : undefined;
      return first?.point
        .invalidCall({ server: '', tool, definition: undefined, request: noRequest('proxy') })
        .catch((fault: unknown) => log('error', `a call of an unknown tool was not recorded: ${describeFault(fault)}`));
    },
    onClose: (why) => onClose('client', why),
  });
  return aggregate;
}

function toMember(server: ServerBehind, lost: (name: string, why: string) => void): AggregateMember {
  const { name } = server;
  let relay: Relay | undefined;
  return {
    name,
    start: (client) => {
      const onClose = (side: string, why: string): void => {
        if (side === 'upstream') lost(name, why);
      };
      relay = new Relay({ ...server, client, upstream: server.target.open(), onClose });
      return relay.start();
    },
    close: async () => relay?.close(),
  };
}
