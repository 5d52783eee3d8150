import type { Approve, UpstreamOptions } from '../options.js';
import type { ConfiguredGovernance, ConfiguredServer, ProxyConfig } from './config.js';
import { mergeGovernance } from './read-governance.js';

/** What a command line says; it counts before the file. */
export interface Overrides {
  /** For every server. */
  readonly governance?: ConfiguredGovernance;
  readonly approve?: Approve | undefined;
  readonly auditUrl?: string | undefined;
  /** The server to be before: of a target, its name; without a target, the only one of the file that is meant. */
  readonly server?: string | undefined;
  /** In place of all servers of the file. */
  readonly target?: UpstreamOptions['target'] | undefined;
}

/** What a configuration comes to where a command line says more; undefined where the server is not in the file. */
export function overrideConfig(config: ProxyConfig, overrides: Overrides): ProxyConfig | undefined {
  const { governance = {}, approve, auditUrl, server, target } = overrides;
  const servers = serversFor(config, server, target);
  if (servers === undefined) return undefined;
  const audit = { required: false, params: undefined, hashKey: undefined, keyFile: undefined, ...config.audit };
  return {
    ...config,
    servers: servers.map((each) => ({ ...each, governance: mergeGovernance(each.governance, governance) })),
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
    return [{ governance, port: undefined, ...known, name: name ?? '', target }];
  }
  if (name === undefined) return servers;
  return known === undefined ? undefined : [known];
}
