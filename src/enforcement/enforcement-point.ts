import { MemoryApprovalStore } from '../approval/memory-approval-store.js';
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
import type { GovernanceOptions, PiiActions, ToolGovernanceConfig } from '../config/options.js';
import { type ResolvedOptions, resolveOptions } from '../config/resolve.js';
import { CallLog } from './call-log.js';
import { CallRecords } from './call-records.js';
import { ControlplaneLink } from './controlplane-link.js';
import { actionsOf, checkTypes, unknownTypes } from './known-types.js';
import { identifyCaller, NOBODY, toPrincipal } from './identify.js';
import type { DoorOptions } from './door-options.js';
import type { GovernanceStatus } from './governance-status.js';
import { Limiters } from './limiters.js';
import { judgeOutgoing } from './judge-outgoing.js';
import { type Outcome, toOutcome } from './outcome.js';
import type { Plan } from './plan.js';
import { PlanCache, type PlanKey } from './plan-cache.js';
import { Pinning } from './pinning.js';
import { PolicyInForce } from './policy-in-force.js';
import { toErrorResult } from './refusal-result.js';
import type { RunningContext } from './running-context.js';
import { TextMask } from './text-mask.js';
import { ToolDefinitions } from './tool-definitions.js';
import type { GovernanceError } from '../errors/governance-error.js';
import { GovernanceFailure } from '../errors/governance-failure.js';
import { LimitError } from '../errors/policy-violation-error.js';
import { ALL_DETECTORS } from '../pii/detectors/all-detectors.js';
import { RegexPIIScanner } from '../pii/regex-pii-scanner.js';
import { CallRun } from '../pipeline/call-run.js';
import { checkCall, runPipeline } from '../pipeline/run-pipeline.js';
import { settleFault } from '../pipeline/settle-fault.js';
import { RememberedAnswers } from '../stages/remembered-answers.js';
import type { CallSpan } from '../telemetry/call-telemetry.js';

/** What a middleware stands on, for tests to replace. */
export interface GovernanceInternals {
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** False: audit events on their way to a controlplane are written in this thread, for sources that run as they are. */
  readonly auditThread?: boolean;
}

const TEXT_TYPES = ALL_DETECTORS.filter(({ category }) => category === 'text').flatMap(({ types }) => types);

/** What is asked of a call that is not to run; their order is that of the pipeline. */
const CHECKED: readonly string[] = ['limits', 'pins', 'scan-input', 'controlplane', 'decide'];

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
  readonly #pinning: Pinning | undefined;
  readonly #records: CallRecords;
  readonly #log: CallLog;
  readonly #link: ControlplaneLink | undefined;
  /** The server as policies match it. */
  readonly #nameServer: (hostServer: string) => string;

  /** @throws ConfigError where an option, an environment variable or the policy file cannot be right. */
  constructor(options: GovernanceOptions, internals: GovernanceInternals, door: DoorOptions) {
    this.#options = resolveOptions(options, internals.env);
    if (this.#options.piiScanner === undefined) checkTypes(actionsOf(this.#options));
    this.#clock = internals.clock ?? systemClock;
    const { piiScanner } = this.#options;
    const mask = new TextMask(piiScanner);
    this.#log = new CallLog(mask);
    this.#link = this.#connect(internals);
    this.#records = new CallRecords({
      options: this.#options,
      side: door.side,
      clock: this.#clock,
      log: this.#log,
      mask,
      outgoing: this.#link?.audit,
    });
    this.#policy = new PolicyInForce(this.#options.policy, {
      clock: internals.clock,
      check: (settings) => {
        if (this.#options.piiScanner === undefined) checkTypes(typesOf(settings));
      },
      onReload: (path, { revision }) => {
        this.#log.policyReloaded(path, revision);
      },
      onFault: this.#log.policyFault,
    });
    const { serverName } = this.#options;
    const nameServer = (server: string): string | undefined =>
      door.manyServers && server !== '' ? server : serverName;
    this.#nameServer = (server) => nameServer(server) ?? server;
    const { pins } = this.#options;
    this.#pinning = pins && new Pinning({ pins, clock: this.#clock, mask, link: this.#link });
    this.#plans = new PlanCache({
      options: this.#options,
      door,
      policy: this.#policy,
      link: this.#link,
      nameServer,
      scanner: piiScanner ?? new RegexPIIScanner(),
      limiters: new Limiters(this.#options.rateLimitStore, {
        onStoreFault: this.#log.limiterFault,
        onStoreBack: this.#log.limiterBack,
      }),
      approvals: this.#link?.over(new MemoryApprovalStore()) ?? new MemoryApprovalStore(),
      remembered: new RememberedAnswers({
        allowAlways: (call) => this.#policy.allowAlways(call, this.#clock.now()),
        now: () => this.#clock.now(),
        onCountsOnce: this.#log.countsOnce,
      }),
      clock: this.#clock,
      createId: () => uuidV7(this.#clock.now()),
      report: this.#log.fault,
      mask,
      keepIntent: this.#records.required ? (run, named) => this.#records.intend(run, named) : undefined,
      pinning: this.#pinning,
      onWarn: this.#log.warning,
      onUnknownAction: this.#log.unknownAction,
    });
    this.#definitions = new ToolDefinitions({
      scanner: piiScanner ?? new RegexPIIScanner({ types: TEXT_TYPES }),
      failOpen: this.#options.failOpen,
      onType: this.#log.hostileDefinition,
      onFindings: (findings) => {
        this.#records.countFindings(findings, 'output');
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
    // The first policies of a controlplane also say how calls are limited and scanned: no call is begun without them.
    const ready = this.#ready(context.request.signal);
    return ready === undefined
      ? this.#call(context, next, principal)
      : ready.then(() => this.#call(context, next, principal));
  }

  /** What a call has to wait for before it can be judged; undefined where that is nothing. */
  #ready(signal: AbortSignal | undefined): Promise<unknown> | undefined {
    const ready = this.#link?.ready(signal);
    const settling = this.#pinning?.settling;
    return settling === undefined ? ready : Promise.all([ready, settling]);
  }

  #call(context: CallToolContext, next: Next, principal?: Partial<Principal>): Promise<unknown> {
    const plan = this.#plans.get(context);
    if (!plan.config.enabled) return next(context);
    return this.#govern(this.#definitions.planOf(plan), context, next, principal);
  }

  /** Judges a call that is not to run; undefined where its tool is not governed. */
  check(context: CallToolContext, principal?: Partial<Principal>): Promise<CheckedCall | undefined> {
    const ready = this.#ready(context.request.signal);
    return ready === undefined ? this.#check(context, principal) : ready.then(() => this.#check(context, principal));
  }

  #check(context: CallToolContext, principal?: Partial<Principal>): Promise<CheckedCall | undefined> {
    const known = this.#plans.get(context);
    if (!known.config.enabled) return Promise.resolve(undefined);
    const plan = this.#definitions.planOf(known);
    const { request } = context;
    const started = this.#clock.elapsed();
    const span = this.#records.start(`check ${plan.named.tool}`, request);
    const before = plan.pipeline.before.filter((stage) => CHECKED.includes(stage.name));
    return checkCall(this.#begin(plan, context, span, principal), { ...plan.pipeline, before }, (run) => {
      const outcome = toOutcome(run);
      const durationMs = this.#clock.elapsed() - started;
      void this.#records.add({ run, plan, outcome, durationMs, request, checked: true }, span);
      return { run, outcome };
    });
  }

  /** Records a request for a call that is none; its host refuses it. */
  async invalidCall({ server, tool, definition, request }: InvalidCallContext): Promise<void> {
    const plan = tool === undefined ? this.#plans.unnamed(server) : this.#plans.get({ server, tool, definition });
    if (!plan.config.enabled) return;
    const span = this.#records.start(plan.named.spanName, request);
    const run = this.#begin(plan, { definition, request, arguments: {} }, span, undefined);
    const text = 'Invalid tools/call request: name must be a string and arguments an object.';
    run.violation = new LimitError('invalid_request', text);
    await this.#records.add({ run, plan, outcome: toOutcome(run), durationMs: 0, request, checked: false }, span);
  }

  /**
   * Looks for hostile text in the definitions of tools, and leaves out tools that are always blocked, where
   * `hideBlockedTools` says so.
   */
  async list(
    context: ListToolsContext,
    next: (context: ListToolsContext) => Promise<readonly ListedTool[]>,
  ): Promise<readonly ListedTool[]> {
    const all = await next(context);
    const { server, request } = context;
    const keyOf = (tool: string): PlanKey => ({ server, tool, definition: context.definitionOf(tool) });
    const planOf = (tool: string): Plan => this.#plans.get(keyOf(tool));
    this.#link?.report(this.#nameServer(server), all);
    const isGoverned = (tool: string): boolean => planOf(tool).config.enabled;
    const tools = (await this.#pinning?.list(this.#nameServer(server), context, all, isGoverned)) ?? all;
    const shown = this.#options.hideBlockedTools ? tools.filter((tool) => !planOf(tool.name).alwaysBlocked) : tools;
    return this.#definitions.list(shown, planOf, request.signal);
  }

  /**
   * Notes what a server tells models to do with it; calls that come behind wait until that is done.
   *
   * @param server - The host server's own name, as calls have it.
   */
  async instructions(server: string, instructions: string | undefined): Promise<void> {
    await this.#pinning?.instructed(this.#nameServer(server), instructions);
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
    this.#records.countFindings(judged.findings, 'output');
    return judged.refusal === undefined ? judged.value : this.#refuse(judged.refusal);
  }

  /** Resolves when every audit sink has kept what it was given. */
  flush(): Promise<void> {
    return this.#records.flush();
  }

  /** Puts another policy in force, for all calls from now on; a policy file is no longer watched then. */
  updatePolicy(policy: DecisionPoint): void {
    this.#policy.update(policy);
  }

  /** What decides at this moment, and how the connection to a controlplane is. */
  status(): GovernanceStatus {
    const { connection } = this.#options;
    const policy = this.#policy.current as { readonly revision?: unknown } | undefined;
    return {
      mode: connection === undefined ? 'standalone' : 'connected',
      policyRevision: typeof policy?.revision === 'string' ? policy.revision : undefined,
      failOpen: this.#options.failOpen,
      connection: this.#link?.status,
    };
  }

  /** Closes the audit sinks and the connection to a controlplane, and stops watching the policy file. */
  async close(): Promise<void> {
    this.#policy.stop();
    await this.#records.close();
    await this.#link?.close();
  }

  #connect({ clock, auditThread }: GovernanceInternals): ControlplaneLink | undefined {
    const { connection, keyMissing, policyTimeoutMs: timeoutMs } = this.#options;
    if (keyMissing) this.#log.keyMissing();
    if (connection === undefined) return undefined;
    return new ControlplaneLink({
      connection,
      timeoutMs,
      clock,
      thread: auditThread,
      onChange: (revision, settings) => {
        this.#policy.invalidate();
        this.#log.policiesFetched(revision);
        // The fleet may be newer than this door: it goes on without what its own scanner cannot find.
        if (this.#options.piiScanner === undefined) this.#log.unknownTypes(unknownTypes(typesOf(settings)));
      },
      onFault: (part, fault) => this.#log.connectionFault(part, fault),
    });
  }

  #govern(plan: Plan, context: CallToolContext, next: Next, principal?: Partial<Principal>): Promise<unknown> {
    const { request } = context;
    const started = this.#clock.elapsed();
    const span = this.#records.start(plan.named.spanName, request);
    const invoke = (judged: ToolCall): Promise<unknown> => {
      const { server, tool, definition } = context;
      const running: RunningContext = { server, tool, arguments: judged.arguments, definition, request, run, span };
      return span.recording ? span.within(() => next(running)) : next(running);
    };
    const run = this.#begin(plan, context, span, principal);
    return runPipeline(run, plan.pipeline, invoke, () => {
      const durationMs = this.#clock.elapsed() - started;
      const kept = this.#records.add({ run, plan, outcome: toOutcome(run), durationMs, request, checked: false }, span);
      // A call whose intent was kept is on the record already; any other is answered once it is.
      return kept === undefined || run.eventId !== undefined ? this.#answer(run) : kept.then(() => this.#answer(run));
    });
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
    run.transport = request.transport;
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

  #refuse(refusal: GovernanceError): unknown {
    if (this.#options.blockMode === 'raise') throw refusal;
    return toErrorResult(refusal);
  }
}

function typesOf(settings: readonly ToolGovernanceConfig[]): PiiActions[] {
  return settings.map(({ piiActions }) => piiActions ?? {});
}
