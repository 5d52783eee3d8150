import type { GovernanceOptions } from '../../config/options.js';
import type { WebhookApprovalOptions } from '../../approval/handlers/webhook-approval.js';
import type { AuditParams } from '../../config/options.js';
import type { Approve, ProxyOptions, UpstreamOptions } from '../options.js';

/** What of the options of governance a file can say. */
export type ConfiguredGovernance = Pick<
  GovernanceOptions,
  'policy' | 'blockMode' | 'policyConfig' | 'toolConfigs' | 'piiActions' | 'pins' | 'policyTimeoutMs' | 'scanTimeoutMs'
>;

/** One server of a configuration. */
export interface ConfiguredServer {
  readonly name: string;
  readonly target: UpstreamOptions['target'];
  /** How patient the proxy is with it. */
  readonly patience: Pick<UpstreamOptions, 'restart' | 'answerTimeoutMs'>;
  /** What is said at the server, and for all servers where it says nothing. */
  readonly governance: ConfiguredGovernance;
  /** Its port, where each server has an endpoint of its own. */
  readonly port: number | undefined;
}

/** Where calls are recorded. */
export interface ConfiguredAudit {
  readonly url: string;
  readonly required: boolean;
  readonly params: AuditParams | undefined;
  readonly hashKey: string | undefined;
  readonly keyFile: string | undefined;
}

/** Who is asked where a person has to decide. */
export type ConfiguredApprovals =
  { readonly ask: Approve | 'terminal' } | { readonly ask: 'webhook'; readonly webhook: WebhookApprovalOptions };

/** What a configuration file says: checked, with variables filled in and paths made absolute. */
export interface ProxyConfig {
  readonly inbound: ProxyOptions['inbound'];
  /** `one`: all servers behind one endpoint; `each`: one endpoint for each. */
  readonly endpoints: 'one' | 'each';
  readonly servers: readonly ConfiguredServer[];
  /** What is said for all servers. */
  readonly governance: ConfiguredGovernance;
  readonly audit: ConfiguredAudit | undefined;
  readonly approvals: ConfiguredApprovals | undefined;
  /** What else is the same for all servers: the controlplane, the store of limits, the time of approvers. */
  readonly shared: Pick<
    GovernanceOptions,
    'apiKey' | 'apiUrl' | 'decisionMode' | 'rateLimitStore' | 'approvalTimeoutMs'
  >;
}
