import { MemoryApprovalStore } from '../approval/memory-approval-store.js';
import { createKeyedHash } from '../audit/keyed-hash.js';
import { Recorder } from '../audit/recorder.js';
import { uuidV7 } from '../audit/uuid-v7.js';
import { ACTIONS } from '../call/action.js';
import { type Clock, systemClock } from '../call/clock.js';
import type {
  CallNotification,
  CallToolContext,
  HostRequest,
  ListedTool,
  ListToolsContext,
} from '../call/host-request.js';
import type { FindingAction } from '../call/finding.js';
import type { DecisionPoint } from '../call/decision.js';
import type { Principal, ToolCall } from '../call/tool-call.js';
import type { GovernanceOptions, PiiActions } from '../config/options.js';
import { type ResolvedOptions, resolveOptions } from '../config/resolve.js';
import { identifyCaller, NOBODY, toPrincipal } from './identify.js';
import { Limiters } from './limiters.js';
import { judgeOutgoing } from './judge-outgoing.js';
import { type Outcome, toOutcome } from './outcome.js';
import type { Plan } from './plan.js';
import { PlanCache, type PlanKey } from './plan-cache.js';
import { PolicyInForce } from './policy-in-force.js';
import { describeCall, type FinishedCall } from './record.js';
import { RecordedCall } from './recorded-call.js';
import { toErrorResult } from './refusal-result.js';
import { ToolDefinitions } from './tool-definitions.js';
import { ConfigError, nearest } from '../errors/config-error.js';
import type { GovernanceError } from '../errors/governance-error.js';
import type { GovernanceFailure } from '../errors/governance-failure.js';
import { ALL_DETECTORS } from '../pii/detectors/all-detectors.js';
import { RegexPIIScanner } from '../pii/regex-pii-scanner.js';
import { CallRun } from '../pipeline/call-run.js';
import { checkCall, runPipeline } from '../pipeline/run-pipeline.js';
import { settleFault } from '../pipeline/settle-fault.js';
import { RememberedAnswers } from '../stages/remembered-answers.js';
import { type AttributeNames, nameAttributes } from '../telemetry/attribute-names.js';
import { type CallSpan, CallTelemetry, type Side } from '../telemetry/call-telemetry.js';
import { describeFault, log } from '../telemetry/log.js';

/** What a middleware stands on, for tests to replace. */
export interface GovernanceInternals {
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What a line of the log says of hostile text in the definition of a tool. */
const DEFINITION_ACTIONS: Readonly<Record<FindingAction, string>> = {
  allow: 'allowed',
  warn: 'it was listed as it is',
  redact: 'that was removed from what is listed',
  block: 'the tool is hidden and its calls are refused',
};

const TEXT_TYPES = ALL_DETECTORS.filter(({ category }) => category === 'text').flatMap(({ types }) => types);

/** What is asked of a call that is not to run; their order is that of the pipeline. */
const CHECKED: readonly string[] = ['limits', 'scan-input', 'decide'];

type Next = (context: CallToolContext) => Promise<unknown>;

/** What a door is, and how it differs from the others. */
export interface DoorOptions {
  /** Which side of the call it stands on. */
  readonly side: Side;
  /** True where one door stands before many servers, and each call names its own. */
  readonly manyServers: boolean;
}

/** A call that was judged and is not going to run. */
export interface CheckedCall {
  readonly run: CallRun;
  readonly outcome: Outcome;
}

/** What all doors share: judges every call before its tool runs and everything that comes back before it leaves. */
export class EnforcementPoint {
  readonly #options: ResolvedOptions;
  readonly #clock: Clock;
  readonly #policy: PolicyInForce;
  readonly #plans: PlanCache;
  readonly #definitions: ToolDefinitions;
  readonly #recorder: Recorder;
  readonly #telemetry: CallTelemetry;
  readonly #names: AttributeNames;
  readonly #keyedHash = createKeyedHash();

  /** @throws ConfigError where an option, an environment variable or the policy file cannot be right. */
  constructor(options: GovernanceOptions, internals: GovernanceInternals, door: DoorOptions) {
    this.#options = resolveOptions(options, internals.env);
    if (this.#options.piiScanner === undefined) checkTypes(actionsOf(this.#options));
    this.#telemetry = new CallTelemetry(door.side);
    this.#clock = internals.clock ?? systemClock;
    this.#names = nameAttributes(this.#options.attributePrefix);
    this.#recorder = new Recorder(this.#options.sinks, (fault) => {
      this.#telemetry.countDropped();
      log('error', `an audit sink did not take an event: ${describeFault(fault)}`);
    });
    this.#policy = new PolicyInForce(this.#options.policy, {
      clock: internals.clock,
      check: (settings) => {
        if (this.#options.piiScanner === undefined) checkTypes(settings.map(({ piiActions }) => piiActions ?? {}));
      },
      onReload: (path, { revision }) => {
        log('info', `${path} has changed: revision ${revision} is in force`);
      },
      onFault: (path, fault) => {
        const text = fault instanceof ConfigError ? fault.message : `${path}: ${describeFault(fault)}`;
        log('error', `${text} The last good policy stays in force.`);
      },
    });
    const { serverName } = this.#options;
    this.#plans = new PlanCache({
      options: this.#options,
      policy: this.#policy,
      nameServer: door.manyServers ? (server) => (server === '' ? serverName : server) : () => serverName,
      scanner: this.#options.piiScanner ?? new RegexPIIScanner(),
      limiters: new Limiters(this.#options.rateLimitStore, (fault) => {
        log('warn', `the rate limit store failed and this process counts by itself: ${describeFault(fault)}`);
      }),
      approvals: new MemoryApprovalStore(),
      remembered: new RememberedAnswers({
        allowAlways: (call) => this.#policy.allowAlways(call, this.#clock.now()),
        now: () => this.#clock.now(),
        onCountsOnce: (tool, why) => {
          log('warn', `the approval of ${tool} counts for this call alone: ${why}`);
        },
      }),
      clock: this.#clock,
      createId: () => uuidV7(this.#clock.now()),
      report: reportFault,
      onWarn: (policyId, reason) => {
        log('warn', `MCP governance warning for ${policyId} -- ${reason}`);
      },
      onUnknownAction: (policyId) => {
        log('error', `the decision point's answer for ${policyId} has none of the actions ${ACTIONS.join(', ')}`);
      },
    });
    this.#definitions = new ToolDefinitions({
      scanner: this.#options.piiScanner ?? new RegexPIIScanner({ types: TEXT_TYPES }),
      failOpen: this.#options.failOpen,
      onType: (policyId, type, action) => {
        log('warn', `the definition of ${policyId} holds ${type}: ${DEFINITION_ACTIONS[action]}`);
      },
      onFindings: (findings) => {
        this.#telemetry.countFindings(findings, 'output');
      },
      onFault: (policyId, fault, open) => {
        const end = open ? 'it was listed unscanned (failOpen)' : 'it was not listed';
        log(
          open ? 'warn' : 'error',
          `scanning the definition of ${policyId} failed and ${end}: ${describeFault(fault)}`,
        );
      },
    });
    announceUngoverned(this.#options);
  }

  /**
   * Governs one call; `next` runs the tool.
   *
   * @param principal - Who calls, where the door was told so; otherwise that is found out.
   */
  call(context: CallToolContext, next: Next, principal?: Partial<Principal>): Promise<unknown> {
    const plan = this.#plans.get(context);
    if (!plan.config.enabled) return next(context);
    return this.#govern(this.#definitions.planOf(plan), context, next, principal);
  }

  /** Judges a call that is not to run; undefined where its tool is not governed. */
  check(context: CallToolContext, principal?: Partial<Principal>): Promise<CheckedCall | undefined> {
    const known = this.#plans.get(context);
    if (!known.config.enabled) return Promise.resolve(undefined);
    const plan = this.#definitions.planOf(known);
    const { request } = context;
    const arrivedAt = this.#clock.now();
    const started = this.#clock.elapsed();
    const span = this.#telemetry.start(`check ${plan.tool}`, request.meta);
    const before = plan.pipeline.before.filter((stage) => CHECKED.includes(stage.name));
    return checkCall(this.#begin(plan, context, principal), { ...plan.pipeline, before }, (run) => {
      const timing = { arrivedAt, durationMs: this.#clock.elapsed() - started };
      const outcome = toOutcome(run);
      this.#record({ run, plan, outcome, timing, request, checked: true }, span);
      return { run, outcome };
    });
  }

  /**
   * Looks for hostile text in the definitions of tools, and leaves out tools that are always blocked, where
   * `hideBlockedTools` says so.
   */
  async list(
    context: ListToolsContext,
    next: (context: ListToolsContext) => Promise<readonly ListedTool[]>,
  ): Promise<readonly ListedTool[]> {
    const tools = await next(context);
    const { server, request } = context;
    const keyOf = (tool: string): PlanKey => ({ server, tool, definition: context.definitionOf(tool) });
    const planOf = (tool: string): Plan => this.#plans.get(keyOf(tool));
    const shown = this.#options.hideBlockedTools ? tools.filter((tool) => !planOf(tool.name).alwaysBlocked) : tools;
    return this.#definitions.list(shown, planOf, request.signal);
  }

  /** Scans what a running call sends ahead of its result; gives back nothing for what may not leave. */
  async notification(context: CallToolContext, notification: CallNotification): Promise<CallNotification | undefined> {
    const plan = this.#plans.get(context);
    if (!plan.config.enabled) return notification;
    const judged = await judgeOutgoing(notification.params ?? {}, context, plan, this.#options, notification.method);
    const { run } = context as RunningContext;
    if (run !== undefined) {
      run.noteOutgoing(judged.findings);
      run.redacted ||= judged.changed;
      if (judged.failedOpen && !run.failedOpen.includes('scan-output')) {
        run.failedOpen = [...run.failedOpen, 'scan-output'];
      }
    }
    if (judged.refusal !== undefined) {
      log('warn', `${notification.method} of ${plan.policyId} was withheld: ${judged.refusal.code}`);
      return undefined;
    }
    return judged.changed ? { ...notification, params: judged.value as Record<string, unknown> } : notification;
  }

  /** Scans a result that is fetched later than its call was answered. */
  async taskResult(context: CallToolContext, result: unknown): Promise<unknown> {
    const plan = this.#plans.get(context);
    if (!plan.config.enabled) return result;
    const judged = await judgeOutgoing(result, context, plan, this.#options, 'tasks/result');
    this.#telemetry.countFindings(judged.findings, 'output');
    return judged.refusal === undefined ? judged.value : this.#refuse(judged.refusal);
  }

  /** Resolves when every audit sink has kept what it was given. */
  flush(): Promise<void> {
    return this.#recorder.flush();
  }

  /** Puts another policy in force, for all calls from now on; a policy file is no longer watched then. */
  updatePolicy(policy: DecisionPoint): void {
    this.#policy.update(policy);
  }

  /** Closes the audit sinks, and stops watching the policy file. */
  close(): Promise<void> {
    this.#policy.stop();
    return this.#recorder.close();
  }

  #govern(plan: Plan, context: CallToolContext, next: Next, principal?: Partial<Principal>): Promise<unknown> {
    const { request } = context;
    const arrivedAt = this.#clock.now();
    const started = this.#clock.elapsed();
    const span = this.#telemetry.start(plan.spanName, request.meta);
    const invoke = (judged: ToolCall): Promise<unknown> => {
      const { server, tool, definition } = context;
      const running: RunningContext = { server, tool, arguments: judged.arguments, definition, request, run };
      return span.recording ? span.within(() => next(running)) : next(running);
    };
    const run = this.#begin(plan, context, principal);
    return runPipeline(run, plan.pipeline, invoke, () => {
      const timing = { arrivedAt, durationMs: this.#clock.elapsed() - started };
      this.#record({ run, plan, outcome: toOutcome(run), timing, request, checked: false }, span);
      return this.#answer(run);
    });
  }

  #answer({ violation, failure, returned }: CallRun): unknown {
    const refusal = violation ?? failure;
    if (refusal !== undefined) return this.#refuse(refusal);
    if (returned?.kind === 'error') throw returned.value;
    return returned?.value;
  }

  #begin(plan: Plan, context: CallToolContext, told: Partial<Principal> | undefined): CallRun {
    const { arguments: args, request, definition } = context;
    const { door, sessionId, meta, signal } = request;
    const { principal, failure } = this.#identify(request, told);
    const { server, tool } = plan;
    const call = { door, server, tool, arguments: args, principal, sessionId, meta, definition, signal };
    const run = new CallRun(call, context.host);
    run.failure = failure;
    return run;
  }

  /** Nobody knows whose budget and rights apply where `identify` fails, so that fault is never open. */
  #identify(
    request: HostRequest,
    told: Partial<Principal> | undefined,
  ): { principal: Principal; failure: GovernanceFailure | undefined } {
    const { identify, failOpen } = this.#options;
    if (told === undefined && identify === undefined) return { principal: identifyCaller(request), failure: undefined };
    try {
      return { principal: toPrincipal(told ?? identify?.(request)), failure: undefined };
    } catch (fault) {
      const settled = settleFault('identify', fault, false, failOpen, reportFault);
      return { principal: NOBODY, failure: settled === 'open' ? undefined : settled };
    }
  }

  #record(finished: FinishedCall, span: CallSpan): void {
    const { run, outcome } = finished;
    try {
      if (span.recording) describeCall(finished, this.#names, span);
      span.end(outcome.error);
      if (!finished.checked) this.#count(finished);
      this.#telemetry.countFindings(run.inputFindings, 'input');
      this.#telemetry.countFindings(run.outputFindings, 'output');
    } catch (fault) {
      log('error', `telemetry failed: ${describeFault(fault)}`);
    }
    if (!this.#recorder.active) return;
    this.#recorder.record(new RecordedCall(finished, span.traceId, this.#keyedHash));
  }

  #count({ run, outcome, timing }: FinishedCall): void {
    const measured: Record<string, string> = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': run.call.tool };
    // Absent, not undefined: exporters write that out as a word.
    if (outcome.error !== undefined) measured['error.type'] = outcome.error;
    this.#telemetry.count(timing.durationMs, measured, outcome.policyDecision, run.failedOpen);
  }

  #refuse(refusal: GovernanceError): unknown {
    if (this.#options.blockMode === 'raise') throw refusal;
    return toErrorResult(refusal);
  }
}

/** What the tool runs under: with the run, so that what it sends ahead of its result finds its way into the record. */
interface RunningContext extends CallToolContext {
  readonly run?: CallRun;
}

function reportFault(part: string, fault: unknown, open: boolean): void {
  const end = open ? 'the call went on (failOpen)' : 'the call was refused';
  log(open ? 'warn' : 'error', `${part} failed and ${end}: ${describeFault(fault)}`);
}

/** What is not governed is said once, where the operator looks: at the start. */
function announceUngoverned(options: ResolvedOptions): void {
  for (const { pattern, config } of options.toolConfigs) {
    if (config.enabled === false) log('warn', `${pattern} is not governed (toolConfigs: enabled is false)`);
  }
}

function actionsOf({ toolDefaults, toolConfigs }: ResolvedOptions): readonly PiiActions[] {
  return [toolDefaults.piiActions, ...toolConfigs.map(({ config }) => config.piiActions ?? {})];
}

/** A misspelt type would silently be treated like all others. A scanner of the user's own has types of its own. */
function checkTypes(named: readonly PiiActions[]): void {
  const wrong = named.flatMap(Object.keys).find((type) => !RegexPIIScanner.types.includes(type));
  if (wrong === undefined) return;
  const near = nearest(wrong, RegexPIIScanner.types);
  const hint = near === '' ? '' : ` Did you mean '${near}'?`;
  throw new ConfigError(`piiActions: the scanner knows no type '${wrong}'.${hint} docs/reference/findings.md has all.`);
}
