import type { Approve, ProxyOptions, UpstreamOptions } from '../options.js';
import { ConfigError } from '../../errors/config-error.js';
import type { ConfiguredGovernance, ConfiguredServer, ProxyConfig } from './config.js';
import { DEFAULT_PORT } from './read-config.js';
import { mergeGovernance } from './read-governance.js';

/** What a command line says; it counts before the file. */
export interface Overrides {
  /** For every server. */
  readonly governance?: ConfiguredGovernance;
  readonly approve?: Approve | undefined;
  readonly auditUrl?: string | undefined;
  /** The server to be before: of a target, its name; without a target, the only one of the file that is meant. */
  readonly server?: string | undefined;
  /** How clients come in; over HTTP, what it leaves out stays as the file says. */
  readonly inbound?: ProxyOptions['inbound'] | undefined;
  /** Variables that no server gets, besides those it never gets. */
  readonly withheld?: readonly string[];
  /** In place of all servers of the file. */
  readonly target?: UpstreamOptions['target'] | undefined;
}

/**
 * How clients come in where a command line says something of it.
 *
 * @param written - What the file says; undefined where there is none.
 */
export function overrideInbound(
  given: ProxyOptions['inbound'] | undefined,
  written?: ProxyOptions['inbound'],
): ProxyOptions['inbound'] {
  if (given?.kind !== 'http') return given ?? written ?? { kind: 'stdio' };
  return { port: DEFAULT_PORT, ...(written?.kind === 'http' && written), ...given };
}

/**
 * What a configuration comes to where a command line says more; undefined where the server is not in the file.
 *
 * @throws ConfigError for a port or transport that cannot count for all servers of the file.
 */
export function overrideConfig(config: ProxyConfig, overrides: Overrides): ProxyConfig | undefined {
  const { governance = {}, approve, auditUrl, server, inbound, target, withheld = [] } = overrides;
  if (
    config.endpoints === 'each' &&
    inbound !== undefined &&
    (inbound.kind === 'stdio' || inbound.port !== undefined)
  ) {
    throw new ConfigError(
      'With endpoints: each, every server has the port that the file gives it: leave --port and --transport out.',
    );
  }
  const servers = serversFor(config, server, target);
  if (servers === undefined) return undefined;
  const audit = { required: false, params: undefined, hashKey: undefined, keyFile: undefined, ...config.audit };
  return {
    ...config,
    inbound: overrideInbound(inbound, config.inbound),
    servers: servers.map((each) => ({
      ...each,
      target: each.target.kind === 'stdio' && withheld.length > 0 ? { ...each.target, withheld } : each.target,
      governance: mergeGovernance(each.governance, governance),
    })),
    governance: mergeGovernance(config.governance, governance),
    audit: auditUrl === undefined ? config.audit : { ...audit, url: auditUrl },
    approvals: approve === undefined ? config.approvals : { ask: approve },
  };
}

function serversFor(
  { servers, governance }: ProxyConfig,
  name: string | undefined,
  target: UpstreamOptions['target'] | undefined,
): readonly ConfiguredServer[] | undefined {
  const known = servers.find((each) => each.name === name);
  if (target !== undefined) {
    // What the file says of a server of that name counts for it, wherever it is started from.
    return [{ governance, patience: {}, port: undefined, ...known, name: name ?? '', target }];
  }
  if (name === undefined) return servers;
  return known === undefined ? undefined : [known];
}
