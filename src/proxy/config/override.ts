import type { UpstreamOptions } from '../options.js';
import type { ConfiguredServer, ProxyConfig } from './config.js';

/** What a command line says; it counts before the file. */
export interface Overrides {
  /** Absolute path of a policy, for every server. */
  readonly policy?: string | undefined;
  /** The server to be before: of a target, its name; without a target, the only one of the file that is meant. */
  readonly server?: string | undefined;
  /** In place of all servers of the file. */
  readonly target?: UpstreamOptions['target'] | undefined;
  /** Address and port to listen at, over HTTP. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** What a configuration comes to where a command line says more; undefined where the server is not in the file. */
export function overrideConfig(config: ProxyConfig, overrides: Overrides): ProxyConfig | undefined {
  const { policy, server, target, host, port } = overrides;
  let servers = serversFor(config, server, target);
  if (servers === undefined) return undefined;
  const withPolicy = policy === undefined ? {} : { policy };
  servers = servers.map((each) => ({ ...each, governance: { ...each.governance, ...withPolicy } }));
  const { inbound } = config;
  const isMoved = inbound.kind === 'http' && (host !== undefined || port !== undefined);
  return {
    ...config,
    servers,
    governance: { ...config.governance, ...withPolicy },
    inbound: isMoved ? { ...inbound, host: host ?? inbound.host, port: port ?? inbound.port } : inbound,
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
    return [{ governance, port: undefined, ...known, name: name ?? '', target }];
  }
  if (name === undefined) return servers;
  return known === undefined ? undefined : [known];
}
