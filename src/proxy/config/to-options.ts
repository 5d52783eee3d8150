import { promptApproval } from '../../approval/handlers/prompt-approval.js';
import { webhookApproval } from '../../approval/handlers/webhook-approval.js';
import type { Sink } from '../../audit/audit-event.js';
import type { GovernanceOptions } from '../../config/options.js';
import type { ProxyOptions, UpstreamOptions } from '../options.js';
import type { ConfiguredServer, ProxyConfig } from './config.js';
import type { Environment } from './fill-variables.js';
import { present } from './present.js';
import { programPins } from './program-pins.js';

/**
 * What is to be started for a configuration: one proxy, or one for each server.
 *
 * @param sink - Where all of them record; undefined: where the environment says, if it does.
 * @param env - Says where pins are kept, where the configuration does not.
 * @throws ConfigError for an environment that cannot be read.
 */
export function toProxyOptions(config: ProxyConfig, sink: Sink | undefined, env: Environment): readonly ProxyOptions[] {
  const { inbound, endpoints, servers } = config;
  const common = commonOf(config, sink);
  const upstreams = servers.map((server) => toUpstream(server, config, common, env));
  const [first, ...rest] = upstreams;
  if (first === undefined) return [];
  if (endpoints === 'one' || inbound.kind !== 'http') return [{ inbound, upstreams: [first, ...rest] }];
  return upstreams.map((upstream, at) => ({
    inbound: { ...inbound, port: servers[at]?.port ?? 0 },
    upstreams: [upstream],
  }));
}

function toUpstream(
  { name, target, patience, governance }: ConfiguredServer,
  { approvals }: ProxyConfig,
  common: GovernanceOptions,
  env: Environment,
): UpstreamOptions {
  const isOfDoor = approvals !== undefined && approvals.ask !== 'terminal' && approvals.ask !== 'webhook';
  return {
    ...(name !== '' && { name }),
    target,
    ...patience,
    governance: { ...common, ...governance, pins: programPins(name === '' ? undefined : name, governance.pins, env) },
    ...(isOfDoor && { approve: approvals.ask }),
  };
}

function commonOf({ shared, audit, approvals }: ProxyConfig, sink: Sink | undefined): GovernanceOptions {
  const recorded = present({ sinks: sink, params: audit?.params, hashKey: audit?.hashKey });
  return {
    ...shared,
    ...(sink !== undefined && { audit: recorded }),
    ...(approvals?.ask === 'terminal' && { onPolicyBlock: promptApproval }),
    ...(approvals?.ask === 'webhook' && { onPolicyBlock: webhookApproval(approvals.webhook) }),
  };
}
