import { createKeyedHash } from './audit/keyed-hash.js';
import { Recorder } from './audit/recorder.js';
import { uuidV7 } from './audit/uuid-v7.js';
import { ACTIONS } from './call/action.js';
import { type Clock, systemClock } from './call/clock.js';
import type {
  CallNotification,
  CallToolContext,
  HostRequest,
  ListedTool,
  ListToolsContext,
  Middleware,
} from './call/host-request.js';
import type { Principal, ToolCall } from './call/tool-call.js';
import type { GovernanceOptions } from './config/options.js';
import { type ResolvedOptions, resolveOptions } from './config/resolve.js';
import { identifyCaller, NOBODY, toPrincipal } from './enforcement/identify.js';
import { Limiters } from './enforcement/limiters.js';
import { judgeOutgoing } from './enforcement/judge-outgoing.js';
import { toOutcome } from './enforcement/outcome.js';
import type { Plan } from './enforcement/plan.js';
import { PlanCache } from './enforcement/plan-cache.js';
import { describeCall, type FinishedCall } from './enforcement/record.js';
import { RecordedCall } from './enforcement/recorded-call.js';
import { toErrorResult } from './enforcement/refusal-result.js';
import { ConfigError, nearest } from './errors/config-error.js';
import type { GovernanceError } from './errors/governance-error.js';
import type { GovernanceFailure } from './errors/governance-failure.js';
import { RegexPIIScanner } from './pii/regex-pii-scanner.js';
import { CallRun } from './pipeline/call-run.js';
import { runPipeline } from './pipeline/run-pipeline.js';
import { settleFault } from './pipeline/settle-fault.js';
import { type AttributeNames, nameAttributes } from './telemetry/attribute-names.js';
import { type CallSpan, CallTelemetry } from './telemetry/call-telemetry.js';
import { describeFault, log } from './telemetry/log.js';

/** What a middleware stands on, for tests to replace. */
export interface GovernanceInternals {
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

type Next = (context: CallToolContext) => Promise<unknown>;

/**
 * The enforcement point: judges every call before its tool runs and everything that comes back before it leaves.
 *
 * Add it to a server with `server.addMiddleware(...)`. One middleware may govern any number of servers; they then
 * share its limits.
 *
 * @throws ConfigError where an option or an environment variable cannot be right.
 */
export class GovernanceMiddleware implements Middleware {
  readonly #options: ResolvedOptions;
  readonly #clock: Clock;
  readonly #plans: PlanCache;
  readonly #recorder: Recorder;
  readonly #telemetry = new CallTelemetry('server');
  readonly #names: AttributeNames;
  readonly #keyedHash = createKeyedHash();

  constructor(options: GovernanceOptions = {}, internals: GovernanceInternals = {}) {
    this.#options = resolveOptions(options, internals.env);
    this.#clock = internals.clock ?? systemClock;
    this.#names = nameAttributes(this.#options.attributePrefix);
    this.#recorder = new Recorder(this.#options.sinks, (fault) => {
      this.#telemetry.countDropped();
      log('error', `an audit sink did not take an event: ${describeFault(fault)}`);
    });
    this.#plans = new PlanCache({
      options: this.#options,
      scanner: this.#options.piiScanner ?? new RegexPIIScanner(),
      limiters: new Limiters(this.#options.rateLimitStore, (fault) => {
        log('warn', `the rate limit store failed and this process counts by itself: ${describeFault(fault)}`);
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
    if (this.#options.piiScanner === undefined) checkTypes(this.#options);
    announceUngoverned(this.#options);
  }

  /** Governs one call; `next` runs the tool. */
  onCallTool(context: CallToolContext, next: Next): Promise<unknown> {
    const plan = this.#plans.get(context);
    return plan.config.enabled ? this.#govern(plan, context, next) : next(context);
  }

  /** Leaves out tools that are always blocked, where `hideBlockedTools` says so. */
  async onListTools(
    context: ListToolsContext,
    next: (context: ListToolsContext) => Promise<readonly ListedTool[]>,
  ): Promise<readonly ListedTool[]> {
    const tools = await next(context);
    if (!this.#options.hideBlockedTools) return tools;
    const { server } = context;
    const planOf = (tool: string): Plan => this.#plans.get({ server, tool, definition: context.definitionOf(tool) });
    return tools.filter((tool) => !planOf(tool.name).alwaysBlocked);
  }

  /** Scans what a running call sends ahead of its result; gives back nothing for what may not leave. */
  async onCallNotification(
    context: CallToolContext,
    notification: CallNotification,
  ): Promise<CallNotification | undefined> {
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
  async onTaskResult(context: CallToolContext, result: unknown): Promise<unknown> {
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

  /** Closes the audit sinks. */
  close(): Promise<void> {
    return this.#recorder.close();
  }

  #govern(plan: Plan, context: CallToolContext, next: Next): Promise<unknown> {
    const { request } = context;
    const arrivedAt = this.#clock.now();
    const started = this.#clock.elapsed();
    const span = this.#telemetry.start(plan.spanName, request.meta);
    const invoke = (judged: ToolCall): Promise<unknown> => {
      const { server, tool, definition } = context;
      const running: RunningContext = { server, tool, arguments: judged.arguments, definition, request, run };
      return span.recording ? span.within(() => next(running)) : next(running);
    };
    const run = this.#begin(plan, context);
    return runPipeline(run, plan.pipeline, invoke, () => {
      const timing = { arrivedAt, durationMs: this.#clock.elapsed() - started };
      this.#record({ run, plan, outcome: toOutcome(run), timing, request }, span);
      return this.#answer(run);
    });
  }

  #answer({ violation, failure, returned }: CallRun): unknown {
    const refusal = violation ?? failure;
    if (refusal !== undefined) return this.#refuse(refusal);
    if (returned?.kind === 'error') throw returned.value;
    return returned?.value;
  }

  #begin(plan: Plan, { arguments: args, request, definition }: CallToolContext): CallRun {
    const { door, sessionId, meta, signal } = request;
    const { principal, failure } = this.#identify(request);
    const { server, tool } = plan;
    const run = new CallRun({ door, server, tool, arguments: args, principal, sessionId, meta, definition, signal });
    run.failure = failure;
    return run;
  }

  /** Nobody knows whose budget and rights apply where `identify` fails, so that fault is never open. */
  #identify(request: HostRequest): { principal: Principal; failure: GovernanceFailure | undefined } {
    const { identify, failOpen } = this.#options;
    if (identify === undefined) return { principal: identifyCaller(request), failure: undefined };
    try {
      return { principal: toPrincipal(identify(request)), failure: undefined };
    } catch (fault) {
      const settled = settleFault('identify', fault, false, failOpen, reportFault);
      return { principal: NOBODY, failure: settled === 'open' ? undefined : settled };
    }
  }

  #record(finished: FinishedCall, span: CallSpan): void {
    const { run, outcome, timing } = finished;
    try {
      if (span.recording) describeCall(finished, this.#names, span);
      span.end(outcome.error);
      const measured: Record<string, string> = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': run.call.tool };
      // Absent, not undefined: exporters write that out as a word.
      if (outcome.error !== undefined) measured['error.type'] = outcome.error;
      this.#telemetry.count(timing.durationMs, measured, outcome.policyDecision, run.failedOpen);
      this.#telemetry.countFindings(run.inputFindings, 'input');
      this.#telemetry.countFindings(run.outputFindings, 'output');
    } catch (fault) {
      log('error', `telemetry failed: ${describeFault(fault)}`);
    }
    if (!this.#recorder.active) return;
    this.#recorder.record(new RecordedCall(finished, span.traceId, this.#keyedHash));
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

/** A misspelt type would silently be treated like all others. A scanner of the user's own has types of its own. */
function checkTypes({ toolDefaults, toolConfigs }: ResolvedOptions): void {
  const named = [toolDefaults.piiActions, ...toolConfigs.map(({ config }) => config.piiActions ?? {})];
  const wrong = named.flatMap(Object.keys).find((type) => !RegexPIIScanner.types.includes(type));
  if (wrong === undefined) return;
  const near = nearest(wrong, RegexPIIScanner.types);
  const hint = near === '' ? '' : ` Did you mean '${near}'?`;
  throw new ConfigError(`piiActions: the scanner knows no type '${wrong}'.${hint} docs/reference/findings.md has all.`);
}
