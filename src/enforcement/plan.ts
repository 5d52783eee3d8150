import type { ApprovalStore } from '../approval/approval-store.js';
import type { Clock } from '../call/clock.js';
import type { PIIScanner } from '../call/finding.js';
import type { ToolDefinition } from '../call/tool-call.js';
import type { ResolvedOptions } from '../config/resolve.js';
import { type ResolvedToolConfig, resolveToolConfig } from '../config/tool-config.js';
import { governanceOf } from '../governance-tag.js';
import type { Pipeline } from '../pipeline/run-pipeline.js';
import type { Stage } from '../pipeline/stage.js';
import { createApprove } from '../stages/approve.js';
import { createDecide } from '../stages/decide.js';
import { createFindingPolicy } from '../stages/finding-actions.js';
import { createArgumentLimits, createResultLimits } from '../stages/limits.js';
import { createConcurrencyLimit, createRateLimit } from '../stages/rate-limit.js';
import { createScanInput, type Scanning } from '../stages/scan-input.js';
import { createScanOutput } from '../stages/scan-output.js';
import { createThrottle } from '../stages/throttle.js';
import type { RememberedAnswers } from '../stages/remembered-answers.js';
import { createUseApproval } from '../stages/use-approval.js';
import { isFrom } from './identify.js';
import type { Limiters } from './limiters.js';
import type { PolicyInForce } from './policy-in-force.js';

/** Everything there is to know about governing one tool, compiled once. */
export interface Plan {
  readonly config: ResolvedToolConfig;
  /** The tool as the record names it. */
  readonly tool: string;
  /** The name that policies match: `mcp:{server}:{tool}`. */
  readonly policyId: string;
  readonly server: string;
  readonly spanName: string;
  /** As the record names the request: `tools/call: name`. */
  readonly method: string;
  readonly pipeline: Pipeline;
  /** How what leaves is scanned; undefined where it is not. */
  readonly outgoing: Scanning | undefined;
  /** True where every call is refused, whatever its arguments. */
  readonly alwaysBlocked: boolean;
  /** The tag the plan was compiled with: another one makes another plan. */
  readonly tagged: object | undefined;
  /** The version of the policy it was compiled with: another one makes another plan. */
  readonly version: number;
  /** Stands for the tool: the same in all plans of it. */
  readonly identity: object;
}

/** What all plans of a middleware share. */
export interface PlanContext {
  readonly options: ResolvedOptions;
  readonly policy: PolicyInForce;
  /** The server as policies and records name it; undefined where only its host names it. */
  readonly nameServer: (hostServer: string) => string | undefined;
  readonly scanner: PIIScanner;
  readonly limiters: Limiters;
  readonly approvals: ApprovalStore;
  readonly remembered: RememberedAnswers;
  readonly clock: Clock;
  readonly createId: () => string;
  readonly report: Pipeline['report'];
  readonly onWarn: (policyId: string, reason: string) => void;
  readonly onUnknownAction: (policyId: string) => void;
}

/** Compiles the plan of one tool of one server. */
export function compilePlan(
  context: PlanContext,
  hostServer: string,
  tool: string,
  definition: ToolDefinition | undefined,
  identity: object = {},
): Plan {
  const { options, policy, clock } = context;
  const serverName = context.nameServer(hostServer);
  const server = serverName ?? hostServer;
  const operator = options.toolConfigs.filter((entry) => entry.matches(tool)).map((entry) => entry.config);
  const central = policy.settingsFor(server, tool);
  const config = resolveToolConfig(options.toolDefaults, [...operator, ...central], governanceOf(definition?.tagged));
  const policyId = toPolicyId(serverName, tool);
  const scanning = (direction: 'input' | 'output'): Scanning | undefined =>
    config.piiScan === 'off'
      ? undefined
      : {
          scanner: context.scanner,
          policy: createFindingPolicy(config, direction),
          timeoutMs: options.scanTimeoutMs,
          clock,
        };
  const outgoing = scanning('output');
  return {
    config,
    tool,
    policyId,
    server,
    spanName: `tools/call ${tool}`,
    method: `tools/call: ${tool}`,
    pipeline: {
      before: compileBefore(context, config, policyId, scanning('input')),
      after: compileAfter(options, outgoing),
      failOpen: options.failOpen,
      clock,
      report: context.report,
    },
    outgoing,
    alwaysBlocked: isAlwaysBlocked(context, config),
    tagged: definition?.tagged,
    version: policy.version,
    identity,
  };
}

function compileBefore(
  context: PlanContext,
  config: ResolvedToolConfig,
  policyId: string,
  incoming: Scanning | undefined,
): readonly Stage[] {
  const { options, clock, createId, onWarn, approvals: store } = context;
  const { maxArgumentBytes: maxBytes, maxDepth, maxKeys } = options.limits;
  const limiter = context.limiters.for(config.rateLimits);
  const concurrent = config.rateLimits.some((rule) => rule.maxConcurrent !== undefined);
  const decide = createDecide({
    policy: context.policy.current,
    trusted: context.policy.trusted,
    defaultAction: options.defaultPolicyAction,
    config,
    policyId,
    approvable: options.onPolicyBlock !== undefined,
    timeoutMs: options.policyTimeoutMs,
    clock,
    onWarn,
    onUnknownAction: context.onUnknownAction,
  });
  const approve = createApprove({
    handler: options.onPolicyBlock,
    timeoutMs: options.approvalTimeoutMs,
    clock,
    createId,
    store,
    remembered: context.remembered,
    isFrom: (principal, request) => isFrom(principal, request, options.identify),
    onFaultyHandler: (fault, remedy) => {
      context.report(remedy === undefined ? 'onPolicyBlock' : `onPolicyBlock (${remedy})`, fault, false);
    },
  });
  const stages: (Stage | undefined)[] = [
    createArgumentLimits({ maxBytes, maxDepth, maxKeys }),
    limiter && createRateLimit(limiter),
    incoming && createScanInput(incoming),
    decide,
    approve,
    createThrottle(),
    limiter && concurrent ? createConcurrencyLimit(limiter) : undefined,
    createUseApproval({ store, clock, timeoutMs: options.approvalTimeoutMs }),
  ];
  return stages.filter((stage) => stage !== undefined);
}

function compileAfter(options: ResolvedOptions, outgoing: Scanning | undefined): readonly Stage[] {
  const { maxResultBytes: maxBytes, maxDepth, maxKeys } = options.limits;
  const limits = createResultLimits({ maxBytes, maxDepth, maxKeys });
  return outgoing === undefined ? [limits] : [limits, createScanOutput(outgoing)];
}

/** True where local settings alone block every call and nobody could approve one. */
function isAlwaysBlocked({ options, policy }: PlanContext, config: ResolvedToolConfig): boolean {
  if (!config.enabled || options.onPolicyBlock !== undefined) return false;
  const byDefault = policy.current === undefined && config.operatorAction === undefined;
  const said = [config.operatorAction, config.authorAction, byDefault ? options.defaultPolicyAction : undefined];
  return said.includes('block');
}

/** `mcp:{server}:{tool}`, or `mcp:{tool}` without a server name; a colon inside a segment is percent-encoded. */
function toPolicyId(server: string | undefined, tool: string): string {
  const segment = (name: string): string => name.replaceAll('%', '%25').replaceAll(':', '%3A');
  return server === undefined ? `mcp:${segment(tool)}` : `mcp:${segment(server)}:${segment(tool)}`;
}
