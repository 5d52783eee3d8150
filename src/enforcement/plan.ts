import type { ApprovalStore } from '../approval/approval-store.js';
import { controlplaneApproval } from '../approval/handlers/controlplane-approval.js';
import type { Clock } from '../call/clock.js';
import type { PIIScanner } from '../call/finding.js';
import type { ToolDefinition } from '../call/tool-call.js';
import type { ResolvedOptions } from '../config/resolve.js';
import { heldToDefaults, type ResolvedToolConfig, resolveToolConfig } from '../config/tool-config.js';
import { governanceOf } from '../governance-tag.js';
import type { Pipeline } from '../pipeline/run-pipeline.js';
import type { CallRun } from '../pipeline/call-run.js';
import type { Stage } from '../pipeline/stage.js';
import { createAskControlplane } from '../stages/ask-controlplane.js';
import { createArgumentMask } from '../stages/argument-mask.js';
import { createApprove } from '../stages/approve.js';
import { createDecide } from '../stages/decide.js';
import { createFindingPolicy } from '../stages/finding-actions.js';
import { createIntend } from '../stages/intend.js';
import { createArgumentLimits, createResultLimits } from '../stages/limits.js';
import { copyJson } from '../stages/measure.js';
import { createConcurrencyLimit, createRateLimit } from '../stages/rate-limit.js';
import { createScanInput, type Scanning } from '../stages/scan-input.js';
import { createScanOutput } from '../stages/scan-output.js';
import { createThrottle } from '../stages/throttle.js';
import type { RememberedAnswers } from '../stages/remembered-answers.js';
import { createUseApproval } from '../stages/use-approval.js';
import type { ControlplaneLink } from './controlplane-link.js';
import type { DoorOptions } from './door-options.js';
import { isFrom } from './identify.js';
import type { Pinning } from './pinning.js';
import type { Limiters } from './limiters.js';
import { toPolicyId, toSpanName } from './names.js';
import type { PolicyInForce } from './policy-in-force.js';
import type { TextMask } from './text-mask.js';

/** What texts, records, spans and logs call a tool: a caller can put anything into its name, so that it is masked. */
export interface PlanNames {
  readonly tool: string;
  readonly server: string;
  /** `mcp:{server}:{tool}`, as policies name the tool. */
  readonly policyId: string;
  readonly spanName: string;
  /** As the record names the request: `tools/call: name`. */
  readonly method: string;
  /** The attributes of what is measured of a call that succeeds. */
  readonly metered: Readonly<Record<string, string>>;
}

/** Everything there is to know about governing one tool, compiled once. */
export interface Plan {
  readonly config: ResolvedToolConfig;
  /** The tool as policies match it. */
  readonly tool: string;
  /** The server as policies match it. */
  readonly server: string;
  readonly named: PlanNames;
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
  readonly door: DoorOptions;
  readonly policy: PolicyInForce;
  /** The way to the controlplane; undefined: standalone. */
  readonly link: ControlplaneLink | undefined;
  /** The server as policies and records name it; undefined where only its host names it. */
  readonly nameServer: (hostServer: string) => string | undefined;
  readonly scanner: PIIScanner;
  readonly limiters: Limiters;
  readonly approvals: ApprovalStore;
  readonly remembered: RememberedAnswers;
  readonly clock: Clock;
  readonly createId: () => string;
  readonly report: Pipeline['report'];
  readonly mask: TextMask;
  /** Has required sinks keep the intent of a call; undefined where no sink is required. */
  readonly keepIntent: ((run: CallRun, named: PlanNames) => Promise<unknown>) | undefined;
  /** Undefined where definitions are not pinned. */
  readonly pinning: Pinning | undefined;
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
  const { options, door, policy, clock } = context;
  const serverName = context.nameServer(hostServer);
  const server = serverName ?? hostServer;
  const operator = options.toolConfigs.filter((entry) => entry.matches(tool)).map((entry) => entry.config);
  const local = [...operator, ...policy.settingsFor(server, tool)];
  const author = governanceOf(definition?.tagged);
  const central = heldToDefaults(
    context.link?.settingsFor(server, tool) ?? [],
    options.toolDefaults,
    author === undefined ? local : [...local, author],
  );
  const config = resolveToolConfig(options.toolDefaults, [...local, ...central], author);
  const named = nameForRecords(context, serverName, server, tool);
  const scanning = (direction: 'input' | 'output'): Scanning | undefined =>
    config.piiScan === 'off' || door.unscanned?.[direction] === true
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
    server,
    named,
    pipeline: {
      before: compileBefore(context, config, named, scanning('input'), context.pinning?.stageFor(server)),
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
  named: PlanNames,
  incoming: Scanning | undefined,
  pinned: Stage | undefined,
): readonly Stage[] {
  const { options, clock, createId, onWarn, mask, keepIntent, approvals: store, link } = context;
  const maskArguments = config.maskArguments.length === 0 ? copyJson : createArgumentMask(config.maskArguments);
  const { maxArgumentBytes: maxBytes, maxDepth, maxKeys } = options.limits;
  const limiter = context.limiters.for(config.rateLimits);
  const concurrent = config.rateLimits.some((rule) => rule.maxConcurrent !== undefined);
  const askControlplane =
    link &&
    createAskControlplane({
      layer: link,
      snapshotAgeMs: () => link.snapshotAgeMs,
      clock,
      policyId: named.policyId,
      mask: (text) => mask.text(text),
      onUnknownAction: context.onUnknownAction,
    });
  const decide = createDecide({
    policy: context.policy.current,
    trusted: context.policy.trusted,
    defaultAction: options.defaultPolicyAction,
    config,
    policyId: named.policyId,
    approvable: options.onPolicyBlock !== undefined,
    timeoutMs: options.policyTimeoutMs,
    clock,
    mask: (text) => mask.text(text),
    onWarn,
    onUnknownAction: context.onUnknownAction,
  });
  const approve = createApprove({
    handler: options.onPolicyBlock ?? context.door.reviewer ?? (link && controlplaneApproval),
    inbox: link?.ask,
    timeoutMs: options.approvalTimeoutMs,
    clock,
    createId,
    maskArguments,
    maskName: (name) => mask.name(name),
    redact: (args) => mask.value(args),
    store,
    remembered: context.remembered,
    isFrom: (principal, request) => isFrom(principal, request, options.identify),
    onFaultyHandler: (fault, remedy) => {
      context.report(remedy === undefined ? 'onPolicyBlock' : `onPolicyBlock (${remedy})`, fault, false);
    },
  });
  const stages: (Stage | undefined)[] = [
    createArgumentLimits({ maxBytes, maxDepth, maxKeys }),
    pinned,
    limiter && createRateLimit(limiter),
    incoming && createScanInput(incoming, maskArguments),
    askControlplane,
    decide,
    approve,
    createThrottle(),
    limiter && concurrent ? createConcurrencyLimit(limiter) : undefined,
    keepIntent &&
      createIntend({
        keep: (run) => keepIntent(run, named),
        timeoutMs: options.audit.timeoutMs,
        clock,
        onFault: (fault) => {
          context.report('audit', fault, false);
        },
      }),
    createUseApproval({ store, clock, timeoutMs: options.approvalTimeoutMs }),
    // The tool may have been defined anew while the call waited.
    pinned,
  ];
  return stages.filter((stage) => stage !== undefined);
}

function compileAfter(options: ResolvedOptions, outgoing: Scanning | undefined): readonly Stage[] {
  const { maxResultBytes: maxBytes, maxDepth, maxKeys } = options.limits;
  const limits = createResultLimits({ maxBytes, maxDepth, maxKeys });
  return outgoing === undefined ? [limits] : [limits, createScanOutput(outgoing)];
}

/** True where local settings alone block every call and nobody could approve one. */
function isAlwaysBlocked({ options, policy, link }: PlanContext, config: ResolvedToolConfig): boolean {
  if (!config.enabled || options.onPolicyBlock !== undefined) return false;
  const byDefault = policy.current === undefined && link === undefined && config.operatorAction === undefined;
  const said = [config.operatorAction, config.authorAction, byDefault ? options.defaultPolicyAction : undefined];
  return said.includes('block');
}

function nameForRecords(
  { mask, door }: PlanContext,
  serverName: string | undefined,
  server: string,
  tool: string,
): PlanNames {
  const masked = mask.text(tool);
  const named = door.namesServer === true ? (serverName ?? '') : serverName;
  return {
    tool: masked,
    server: mask.name(server),
    policyId: toPolicyId(named && mask.name(named), masked),
    spanName: toSpanName(door.namesServer === true ? mask.name(server) : undefined, masked),
    method: `tools/call: ${masked}`,
    metered: Object.freeze({ 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': masked }),
  };
}
