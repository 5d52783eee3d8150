import { MemoryApprovalStore } from '../approval/memory-approval-store.js';
import { AuditLogger } from '../audit/audit-logger.js';
import { createKeyedHash } from '../audit/keyed-hash.js';
import { Recorder } from '../audit/recorder.js';
import { uuidV7 } from '../audit/uuid-v7.js';
import { type Clock, systemClock } from '../call/clock.js';
import type {
  CallNotification,
  CallToolContext,
  HostRequest,
  InvalidCallContext,
  ListedTool,
  ListToolsContext,
} from '../call/host-request.js';
import type { DecisionPoint } from '../call/decision.js';
import type { Principal, ToolCall } from '../call/tool-call.js';
import type { GovernanceOptions, PiiActions } from '../config/options.js';
import { type ResolvedOptions, resolveOptions } from '../config/resolve.js';
import { CallLog } from './call-log.js';
import { DroppedEvents } from './dropped-events.js';
import { identifyCaller, NOBODY, toPrincipal } from './identify.js';
import type { DoorOptions } from './door-options.js';
import { Limiters } from './limiters.js';
import { judgeOutgoing } from './judge-outgoing.js';
import { type Outcome, toOutcome } from './outcome.js';
import type { Plan, PlanNames } from './plan.js';
import { PlanCache, type PlanKey } from './plan-cache.js';
import { PolicyInForce } from './policy-in-force.js';
import { describeCall, type FinishedCall } from './record.js';
import { RecordedCall } from './recorded-call.js';
import { toIntent } from './recorded-intent.js';
import { Recording } from './recording.js';
import { toErrorResult } from './refusal-result.js';
import type { RunningContext } from './running-context.js';
import { TextMask } from './text-mask.js';
import { ToolDefinitions } from './tool-definitions.js';
import { ConfigError, nearest } from '../errors/config-error.js';
import type { GovernanceError } from '../errors/governance-error.js';
import { GovernanceFailure } from '../errors/governance-failure.js';
import { LimitError } from '../errors/policy-violation-error.js';
import { ALL_DETECTORS } from '../pii/detectors/all-detectors.js';
import { RegexPIIScanner } from '../pii/regex-pii-scanner.js';
import { CallRun } from '../pipeline/call-run.js';
import { withDeadline } from '../pipeline/deadline.js';
import { checkCall, runPipeline } from '../pipeline/run-pipeline.js';
import { settleFault } from '../pipeline/settle-fault.js';
import { RememberedAnswers } from '../stages/remembered-answers.js';
import { type AttributeNames, nameAttributes } from '../telemetry/attribute-names.js';
import { type CallSpan, CallTelemetry } from '../telemetry/call-telemetry.js';

/** What a middleware stands on, for tests to replace. */
export interface GovernanceInternals {
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const TEXT_TYPES = ALL_DETECTORS.filter(({ category }) => category === 'text').flatMap(({ types }) => types);

/** What is asked of a call that is not to run; their order is that of the pipeline. */
const CHECKED: readonly string[] = ['limits', 'scan-input', 'decide'];

/** What of a request's `_meta` becomes part of its trace (W3C Trace Context and Baggage). */
const TRAVELLING: readonly string[] = ['tracestate', 'baggage'];

type Next = (context: CallToolContext) => Promise<unknown>;

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
  readonly #recording: Recording;
  readonly #dropped: DroppedEvents;
  readonly #mask: TextMask;
  readonly #log: CallLog;
  readonly #telemetry: CallTelemetry;
  readonly #names: AttributeNames;

  /** @throws ConfigError where an option, an environment variable or the policy file cannot be right. */
  constructor(options: GovernanceOptions, internals: GovernanceInternals, door: DoorOptions) {
    this.#options = resolveOptions(options, internals.env);
    if (this.#options.piiScanner === undefined) checkTypes(actionsOf(this.#options));
    this.#telemetry = new CallTelemetry(door.side);
    this.#clock = internals.clock ?? systemClock;
    this.#names = nameAttributes(this.#options.attributePrefix);
    const { audit, piiScanner } = this.#options;
    this.#mask = new TextMask(piiScanner);
    this.#log = new CallLog(this.#mask);
    this.#dropped = new DroppedEvents(this.#clock, this.#log.dropped);
    this.#recording = new Recording(this.#mask, createKeyedHash(audit.hashKey), audit.params);
    const sinks = audit.url === undefined ? audit.sinks : [new AuditLogger({ url: audit.url })];
    this.#recorder = new Recorder(sinks, (fault) => {
      this.#telemetry.countDropped();
      this.#dropped.add(fault);
    });
    this.#policy = new PolicyInForce(this.#options.policy, {
      clock: internals.clock,
      check: (settings) => {
        if (piiScanner === undefined) checkTypes(settings.map(({ piiActions }) => piiActions ?? {}));
      },
      onReload: (path, { revision }) => {
        this.#log.policyReloaded(path, revision);
      },
      onFault: this.#log.policyFault,
    });
    const { serverName } = this.#options;
    this.#plans = new PlanCache({
      options: this.#options,
      door,
      policy: this.#policy,
      nameServer: door.manyServers ? (server) => (server === '' ? serverName : server) : () => serverName,
      scanner: piiScanner ?? new RegexPIIScanner(),
      limiters: new Limiters(this.#options.rateLimitStore, this.#log.limiterFault),
      approvals: new MemoryApprovalStore(),
      remembered: new RememberedAnswers({
        allowAlways: (call) => this.#policy.allowAlways(call, this.#clock.now()),
        now: () => this.#clock.now(),
        onCountsOnce: this.#log.countsOnce,
      }),
      clock: this.#clock,
      createId: () => uuidV7(this.#clock.now()),
      report: this.#log.fault,
      mask: this.#mask,
      keepIntent: this.#recorder.required ? (run, named) => this.#keepIntent(run, named) : undefined,
      onWarn: this.#log.warning,
      onUnknownAction: this.#log.unknownAction,
    });
    this.#definitions = new ToolDefinitions({
      scanner: piiScanner ?? new RegexPIIScanner({ types: TEXT_TYPES }),
      failOpen: this.#options.failOpen,
      onType: this.#log.hostileDefinition,
      onFindings: (findings) => {
        this.#telemetry.countFindings(findings, 'output');
      },
      onFault: this.#log.definitionFault,
    });
    for (const { pattern, config } of this.#options.toolConfigs) {
      if (config.enabled === false) this.#log.ungoverned(pattern);
    }
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
    const started = this.#clock.elapsed();
    const span = this.#start(`check ${plan.named.tool}`, request);
    const before = plan.pipeline.before.filter((stage) => CHECKED.includes(stage.name));
    return checkCall(this.#begin(plan, context, span, principal), { ...plan.pipeline, before }, (run) => {
      const outcome = toOutcome(run);
      const durationMs = this.#clock.elapsed() - started;
      void this.#record({ run, plan, outcome, durationMs, request, checked: true }, span);
      return { run, outcome };
    });
  }

  /** Records a request for a call that is none; its host refuses it. */
  async invalidCall({ server, tool, definition, request }: InvalidCallContext): Promise<void> {
    const plan = tool === undefined ? this.#plans.unnamed(server) : this.#plans.get({ server, tool, definition });
    if (!plan.config.enabled) return;
    const span = this.#start(plan.named.spanName, request);
    const run = this.#begin(plan, { definition, request, arguments: {} }, span, undefined);
    const text = 'Invalid tools/call request: name must be a string and arguments an object.';
    run.violation = new LimitError('invalid_request', text);
    await this.#record({ run, plan, outcome: toOutcome(run), durationMs: 0, request, checked: false }, span);
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
      this.#log.withheld(notification.method, plan.named.policyId, judged.refusal.code);
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
    return this.#recorder.flush().finally(() => {
      this.#dropped.tell();
    });
  }

  /** Puts another policy in force, for all calls from now on; a policy file is no longer watched then. */
  updatePolicy(policy: DecisionPoint): void {
    this.#policy.update(policy);
  }

  /** Closes the audit sinks, and stops watching the policy file. */
  async close(): Promise<void> {
    this.#policy.stop();
    await this.#recorder.close().finally(() => {
      this.#dropped.tell();
    });
  }

  #govern(plan: Plan, context: CallToolContext, next: Next, principal?: Partial<Principal>): Promise<unknown> {
    const { request } = context;
    const started = this.#clock.elapsed();
    const span = this.#start(plan.named.spanName, request);
    const invoke = (judged: ToolCall): Promise<unknown> => {
      const { server, tool, definition } = context;
      const running: RunningContext = { server, tool, arguments: judged.arguments, definition, request, run, span };
      return span.recording ? span.within(() => next(running)) : next(running);
    };
    const run = this.#begin(plan, context, span, principal);
    return runPipeline(run, plan.pipeline, invoke, () => {
      const durationMs = this.#clock.elapsed() - started;
      const kept = this.#record({ run, plan, outcome: toOutcome(run), durationMs, request, checked: false }, span);
      // A call whose intent was kept is on the record already; any other is answered once it is.
      return kept === undefined || run.eventId !== undefined ? this.#answer(run) : kept.then(() => this.#answer(run));
    });
  }

  /** Starts a span under the caller's. What the caller lets travel along reaches backends, so that it must be clean. */
  #start(name: string, { meta }: HostRequest): CallSpan {
    if (meta === undefined) return this.#telemetry.start(name, meta);
    const dirty = TRAVELLING.filter((member) => {
      const said = meta?.[member];
      return said !== undefined && (typeof said !== 'string' || this.#mask.text(said) !== said);
    });
    if (dirty.length === 0) return this.#telemetry.start(name, meta);
    const clean = Object.entries(meta ?? {}).filter(([member]) => !dirty.includes(member));
    return this.#telemetry.start(name, Object.fromEntries(clean));
  }

  #keepIntent(run: CallRun, named: PlanNames): Promise<void> {
    return this.#recorder.intend(toIntent(run, named, this.#recording));
  }

  #answer({ violation, failure, returned }: CallRun): unknown {
    const refusal = violation ?? failure;
    if (refusal !== undefined) return this.#refuse(refusal);
    if (returned?.kind === 'error') throw returned.value;
    return returned?.value;
  }

  #begin(
    plan: Plan,
    {
      arguments: args,
      request,
      definition,
      host,
    }: Pick<CallToolContext, 'arguments' | 'request' | 'definition' | 'host'>,
    span: CallSpan,
    told: Partial<Principal> | undefined,
  ): CallRun {
    const { door, sessionId, meta, signal } = request;
    const identified = this.#identify(request, told);
    const failed = identified instanceof GovernanceFailure;
    const principal = failed ? NOBODY : identified;
    const { server, tool } = plan;
    const call: ToolCall = { door, server, tool, arguments: args, principal, sessionId, meta, definition, signal };
    const run = new CallRun(call, plan.named.tool, host);
    run.arrivedAt = this.#clock.now();
    run.traceId = span.traceId;
    if (failed) run.failure = identified;
    return run;
  }

  /** Nobody knows whose budget and rights apply where `identify` fails, so that fault is never open. */
  #identify(request: HostRequest, told: Partial<Principal> | undefined): Principal | GovernanceFailure {
    const { identify, failOpen } = this.#options;
    if (told === undefined && identify === undefined) return identifyCaller(request);
    try {
      return toPrincipal(told ?? identify?.(request));
    } catch (fault) {
      const settled = settleFault('identify', fault, false, failOpen, this.#log.fault);
      return settled === 'open' ? NOBODY : settled;
    }
  }

  /** A promise that never rejects where required sinks take their time with the event. */
  #record(finished: FinishedCall, span: CallSpan): Promise<unknown> | undefined {
    const { run, outcome } = finished;
    try {
      if (span.recording) describeCall(finished, this.#names, this.#recording, span);
      span.end(outcome.error);
      if (!finished.checked) this.#count(finished);
      this.#telemetry.countFindings(run.inputFindings, 'input');
      this.#telemetry.countFindings(run.outputFindings, 'output');
    } catch (fault) {
      this.#log.telemetryFault(fault);
    }
    if (!this.#recorder.active) return undefined;
    this.#dropped.tellIfDue();
    const kept = this.#recorder.record(new RecordedCall(finished, this.#recording));
    return kept && this.#inTime(kept);
  }

  /** A required sink that hangs must not hold back the answer for ever. */
  #inTime(kept: Promise<unknown>): Promise<unknown> {
    return withDeadline(kept, this.#options.audit.timeoutMs, this.#clock, undefined).catch((fault: unknown) => {
      this.#dropped.add(fault);
    });
  }

  #count({ outcome, run, plan, durationMs }: FinishedCall): void {
    const { metered } = plan.named;
    // Absent, not undefined: exporters write that out as a word.
    const measured = outcome.error === undefined ? metered : { ...metered, 'error.type': outcome.error };
    this.#telemetry.count(durationMs, measured, outcome.policyDecision, run.failedOpen);
  }

  #refuse(refusal: GovernanceError): unknown {
    if (this.#options.blockMode === 'raise') throw refusal;
    return toErrorResult(refusal);
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
