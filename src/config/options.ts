import type { ApprovalHandler } from '../approval/approval.js';
import type { AuditSink } from '../audit/audit-event.js';
import type { Action } from '../call/action.js';
import type { DecisionPoint } from '../call/decision.js';
import type { FindingAction, PIIScanner } from '../call/finding.js';
import type { HostRequest } from '../call/host-request.js';
import type { Principal } from '../call/tool-call.js';
import type { RateLimitOptions } from '../rate-limit/rate-limit-rule.js';
import type { RateLimitStore } from '../rate-limit/stores.js';

/** How closely values are scanned. */
export type PiiScan = 'off' | 'standard' | 'strict';

/** What becomes of findings, by type (`{ ssn: 'block', email: 'warn' }`). */
export type PiiActions = Readonly<Record<string, FindingAction>>;

/** What a caller gets instead of a result: an MCP error result, or an exception. */
export type BlockMode = 'error_result' | 'raise';

/** What governs one tool, as users write it. */
export interface ToolGovernanceConfig {
  /** False: the tool is not governed at all. Only in the operator's `toolConfigs`. Default true. */
  enabled?: boolean;
  /** True: a person approves every call. Default false. */
  approvalRequired?: boolean;
  /** How closely arguments and results are scanned. Default `policyConfig.defaultPiiScan`. */
  piiScan?: PiiScan;
  /** What becomes of findings, by type. Default: by `piiScan`. */
  piiActions?: PiiActions;
  /** In `toolConfigs`: what is decided, whatever the policy says. At a tool: the least strict answer. */
  policyAction?: Action;
  /** How many calls are admitted. Default `policyConfig.defaultRateLimit`. */
  rateLimit?: RateLimitOptions;
}

/** The defaults of a server. */
export interface PolicyConfig {
  /** Default `standard`. */
  defaultPiiScan?: PiiScan;
  /** What happens where no policy says anything. Default `allow`. */
  defaultPolicyAction?: Action;
  /** Default none. */
  defaultRateLimit?: RateLimitOptions;
  /** True: a failing decision point or scanner lets calls pass; intended refusals stand. Default true. */
  failOpen?: boolean;
  /** True: `tools/list` leaves out tools that are always blocked. Default false. */
  hideBlockedTools?: boolean;
  /** Bytes of a call's arguments. Default 1,048,576. */
  maxArgumentBytes?: number;
  /** Bytes of a result. Default 16,777,216. */
  maxResultBytes?: number;
  /** Levels of nesting in arguments and results. Default 64. */
  maxDepth?: number;
  /** Object keys in arguments and results. Default 10,000. */
  maxKeys?: number;
}

/** Everything `new GovernanceMiddleware(options)` takes. */
export interface GovernanceOptions {
  /** Key of a controlplane. Default: environment, then none (standalone). */
  apiKey?: string;
  /** Address of that controlplane. Needed with a key. */
  apiUrl?: string;
  /** Milliseconds a decision point has to answer. Default 500. */
  policyTimeoutMs?: number;
  /** Milliseconds asynchronous scanners have for one value. Default 1,000. */
  scanTimeoutMs?: number;
  /** Milliseconds an approver has. Default 300,000. */
  approvalTimeoutMs?: number;
  /** The server's name for matching. Default: the host server's own. */
  serverName?: string;
  policyConfig?: PolicyConfig;
  /** Tool name or glob to what governs those tools. A `Map` where a name would not do as a key. */
  toolConfigs?: Readonly<Record<string, ToolGovernanceConfig>> | ReadonlyMap<string, ToolGovernanceConfig>;
  /** Who decides. Default: `toolConfigs` and `policyConfig.defaultPolicyAction` alone. */
  policy?: DecisionPoint;
  /** Default: a `RegexPIIScanner`. */
  piiScanner?: PIIScanner;
  /** What becomes of findings on this server, by type. */
  piiActions?: PiiActions;
  /** Asked where a person has to decide. Default none: such calls are refused. */
  onPolicyBlock?: ApprovalHandler;
  /** Tells who calls. Default: from the host's authentication, else from what the client says of itself. */
  identify?: (request: HostRequest) => Principal;
  /** Where limits are counted. Default `memory`. */
  rateLimitStore?: RateLimitStore;
  /** Where audit events go. Default none. */
  audit?: AuditSink | readonly AuditSink[];
  /** What a refused caller gets. Default `error_result`. */
  blockMode?: BlockMode;
  /** What the names of our span attributes begin with. Default `waxell.mcp.`. */
  attributePrefix?: string;
}
