import { autoDeny } from '../../approval/handlers/auto-deny.js';
import { elicitApproval } from '../../approval/handlers/elicit-approval.js';
import { promptApproval } from '../../approval/handlers/prompt-approval.js';
import { webhookApproval } from '../../approval/handlers/webhook-approval.js';
import type { ApprovalHandler } from '../../approval/approval.js';
import type { Sink } from '../../audit/audit-event.js';
import type { GovernanceOptions } from '../../config/options.js';
import type { ProxyOptions, UpstreamOptions } from '../options.js';
import type { ConfiguredGovernance, ProxyConfig } from './config.js';
import { present } from './present.js';

/**
 * What is to be started for a configuration: one proxy, or one for each server.
 *
 * @param sink - Where all of them record; undefined: nowhere.
 */
export function toProxyOptions(config: ProxyConfig, sink: Sink | undefined): readonly ProxyOptions[] {
  const { inbound, endpoints, servers } = config;
  const common = commonOf(config, sink);
  const upstreams = servers.map(({ name, target, governance }) => toUpstream(name, target, governance, common));
  if (endpoints === 'one' || inbound.kind !== 'http') return [{ inbound, upstreams }];
  return upstreams.map((upstream, at) => ({
    inbound: { ...inbound, port: servers[at]?.port ?? 0 },
    upstreams: [upstream],
  }));
}

function toUpstream(
  name: string,
  target: UpstreamOptions['target'],
  governance: ConfiguredGovernance,
  common: GovernanceOptions,
): UpstreamOptions {
  return { name, target, governance: { ...common, ...governance, serverName: name } };
}

function commonOf({ shared, audit, approvals }: ProxyConfig, sink: Sink | undefined): GovernanceOptions {
  const recorded = present({ sinks: sink, params: audit?.params, hashKey: audit?.hashKey });
  return {
    ...shared,
    ...(sink === undefined ? {} : { audit: recorded }),
    ...present({ onPolicyBlock: approvals === undefined ? undefined : handlerOf(approvals) }),
  };
}

function handlerOf(approvals: NonNullable<ProxyConfig['approvals']>): ApprovalHandler {
  switch (approvals.ask) {
    case 'client':
      return elicitApproval;
    case 'terminal':
      return promptApproval;
    case 'webhook':
      return webhookApproval(approvals.webhook);
    case 'nobody':
      return autoDeny;
  }
}
