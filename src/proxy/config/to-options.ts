import { promptApproval } from '../../approval/handlers/prompt-approval.js';
import { webhookApproval } from '../../approval/handlers/webhook-approval.js';
import type { Sink } from '../../audit/audit-event.js';
import type { GovernanceOptions } from '../../config/options.js';
import type { ProxyOptions, UpstreamOptions } from '../options.js';
import type { ConfiguredServer, ProxyConfig } from './config.js';
import { present } from './present.js';

/**
 * What is to be started for a configuration: one proxy, or one for each server.
 *
 * @param sink - Where all of them record; undefined: where the environment says, if it does.
 */
export function toProxyOptions(config: ProxyConfig, sink: Sink | undefined): readonly ProxyOptions[] {
  const { inbound, endpoints, servers } = config;
  const common = commonOf(config, sink);
  const upstreams = servers.map((server) => toUpstream(server, config, common));
  const [first, ...rest] = upstreams;
  if (first === undefined) return [];
  if (endpoints === 'one' || inbound.kind !== 'http') return [{ inbound, upstreams: [first, ...rest] }];
  return upstreams.map((upstream, at) => ({
    inbound: { ...inbound, port: servers[at]?.port ?? 0 },
    upstreams: [upstream],
  }));
}

function toUpstream(
  { name, target, governance }: ConfiguredServer,
  { approvals }: ProxyConfig,
  common: GovernanceOptions,
): UpstreamOptions {
  const isOfDoor = approvals !== undefined && approvals.ask !== 'terminal' && approvals.ask !== 'webhook';
  return {
    ...(name !== '' && { name }),
    target,
    governance: { ...common, ...governance },
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
