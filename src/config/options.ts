import type { ApprovalHandler } from '../approval/approval.js';
import type { Sink } from '../audit/audit-event.js';
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

/** How a controlplane decides: by its policies, evaluated in this process, or asked about every call. */
export type DecisionMode = 'snapshot' | 'check';

/** What a caller gets instead of a result: an MCP error result, or an exception. */
export type BlockMode = 'error_result' | 'raise';

/** What governs one tool, as users write it. */
export interface ToolGovernanceConfig {
  /** False: the tool is not governed at all; said once at start. Only in the operator's `toolConfigs`. Default true. */
  enabled?: boolean;
  /** True: a person approves every call. Default false. */
  approvalRequired?: boolean;
  /** How closely arguments and results are scanned. Default `policyConfig.defaultPiiScan`. */
  piiScan?: PiiScan;
  /** What becomes of findings, by type. Default: by `piiScan`. */
  piiActions?: PiiActions;
  /**
   * In `toolConfigs`: what is decided, whatever the policy says, unless its rule is mandatory. At a tool: the answer is
   * at least this strict. Default: what the policy says.
   */
  policyAction?: Action;
  /** How many calls are admitted. Default `policyConfig.defaultRateLimit`. */
  rateLimit?: RateLimitOptions;
  /**
   * Arguments that records and approvers do not see: paths such as `body`, `headers.*`, `items.*.token`. What runs is
   * not changed. Default none.
   */
  maskArguments?: readonly string[];
}

/** What is recorded of arguments: redacted, only their keyed hash, or nothing. */
export type AuditParams = 'redacted' | 'hash' | 'none';

/** Where audit events go, and what they hold. */
export interface AuditOptions {
  /** One sink or several. Default: the one of `MCP_GOVERNANCE_AUDIT_URL`, else none. */
  sinks?: Sink | readonly Sink[];
  /** What is recorded of arguments: `redacted`, only their keyed `hash`, or `none` of them. Default `redacted`. */
  params?: AuditParams;
  /**
   * The key of `paramsHash`, of at least 16 characters or bytes: with the same key, equal arguments have equal hashes in
   * all processes. Default: 32 random bytes of this process.
   */
  hashKey?: string | Uint8Array;
  /** Milliseconds a required sink has to keep a record. Default 5,000. */
  timeoutMs?: number;
}

/** The defaults of a server. */
export interface PolicyConfig {
  /** How closely values are scanned where a tool says nothing. Default `standard`. */
  defaultPiiScan?: PiiScan;
  /** What is decided where neither a decision point nor a tool says anything. Default `allow`. */
  defaultPolicyAction?: Action;
  /** How many calls are admitted where a tool says nothing. Default none: no limit. */
  defaultRateLimit?: RateLimitOptions;
  /** True: a failing decision point or scanner lets calls pass; intended refusals stand. Default true. */
  failOpen?: boolean;
  /** True: `tools/list` leaves out tools that local settings block at every call. Default false. */
  hideBlockedTools?: boolean;
  /** Most bytes of a call's arguments. Default 1,048,576. */
  maxArgumentBytes?: number;
  /** Most bytes of a result. Default 16,777,216. */
  maxResultBytes?: number;
  /** Most levels of nesting in arguments and in results; at most 1,000. Default 64. */
  maxDepth?: number;
  /** Most object keys in arguments and in results. Default 10,000. */
  maxKeys?: number;
}

/** What becomes of calls of a tool that is not defined as it was accepted: said, refused, or refused and not listed. */
export type OnPinChange = 'warn' | 'review' | 'block';

/** How it is noticed that a server defines its tools in another way than when they were first seen. */
export interface PinOptions {
  /**
   * Where pins are kept, for `mcp-governance pins` and for the next start. Default: `MCP_GOVERNANCE_PIN_FILE`, else they last
   * as long as the process.
   */
  file?: string;
  /**
   * What becomes of a tool that was changed, or came later: `warn` says so, `review` refuses its calls until somebody
   * accepts it, `block` also leaves it out of lists. Default `review`.
   */
  onChange?: OnPinChange;
}

/** Everything `new GovernanceMiddleware(options)` takes. */
export interface GovernanceOptions {
  /** Key of a controlplane: with one, its policies decide besides the local ones. Default: the environment, else none. */
  apiKey?: string;
  /** Address of that controlplane: needed with a key. Default: the environment. */
  apiUrl?: string;
  /**
   * How the controlplane decides: `snapshot` keeps its policies up to date here and decides in memory, `check` asks about
   * every call. Default `snapshot`.
   */
  decisionMode?: DecisionMode;
  /** Milliseconds a decision point has to answer, a controlplane included. Default 500. */
  policyTimeoutMs?: number;
  /** Milliseconds asynchronous scanners have for one value. Default 1,000. */
  scanTimeoutMs?: number;
  /** Milliseconds an approver has. Default 300,000. */
  approvalTimeoutMs?: number;
  /** The server's name for matching. Default: the host server's own. */
  serverName?: string;
  /** The defaults of the server, for tools that say nothing themselves. */
  policyConfig?: PolicyConfig;
  /** By tool name or glob, what governs those tools. A `Map` for a tool named `__proto__`. Default none. */
  toolConfigs?: Readonly<Record<string, ToolGovernanceConfig>> | ReadonlyMap<string, ToolGovernanceConfig>;
  /**
   * Who decides: a `Policy`, a `PolicyHierarchy`, anything with `decide()`, or the path of a YAML file, which is watched:
   * a change takes effect within seconds. Default: `toolConfigs` and `policyConfig.defaultPolicyAction` alone.
   */
  policy?: DecisionPoint | string;
  /** Who finds personal data and secrets. Default: a `RegexPIIScanner`. */
  piiScanner?: PIIScanner;
  /** What becomes of findings by type, where a tool says nothing of that type. Default: by `piiScan`. */
  piiActions?: PiiActions;
  /** Asked where a person has to decide, and about blocks that are not final. Default none: such calls are refused. */
  onPolicyBlock?: ApprovalHandler;
  /** Tells who calls. Default: from the host's authentication, else from what the client says of itself. */
  identify?: (request: HostRequest) => Principal;
  /** Where limits are counted: `memory`, `redis://host:port`, or a Redis, Valkey or Postgres client. Default `memory`. */
  rateLimitStore?: RateLimitStore;
  /** Where audit events go: a sink, several, or `{ sinks, params, hashKey, timeoutMs }`. Default none. */
  audit?: Sink | readonly Sink[] | AuditOptions;
  /**
   * Pins tools, and the instructions of their server, as they are first seen: later changes are reported, and refused until
   * somebody accepts them; `false`: never. Default none, unless `MCP_GOVERNANCE_PIN_FILE` is set.
   */
  pins?: PinOptions | false;
  /** What a refused caller gets. Default `error_result`. */
  blockMode?: BlockMode;
  /** What the names of our span attributes begin with. Default `waxell.mcp.`. */
  attributePrefix?: string;
}
