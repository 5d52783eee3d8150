import type { ResultStatus } from './audit/audit-event.js';
import type { Decision, DecisionPoint } from './call/decision.js';
import { type CallToolContext, type ListedTool, noRequest } from './call/host-request.js';
import { isJsonObject, type JsonObject } from './call/json.js';
import type { Principal } from './call/tool-call.js';
import type { GovernanceOptions } from './config/options.js';
import { EnforcementPoint, type GovernanceInternals } from './enforcement/enforcement-point.js';
import type { GovernanceStatus } from './enforcement/governance-status.js';
import { ConfigError, nearest } from './errors/config-error.js';
import type { GovernanceError } from './errors/governance-error.js';

/** A call as a program describes it to a filter. */
export interface FilterCall {
  /** The server's name for matching. Default: `serverName` of the filter's options. */
  readonly server?: string | undefined;
  readonly tool: string;
  /** Default none. */
  readonly arguments?: JsonObject | undefined;
  /** Who calls. Default: whoever the `identify` option says, else nobody. */
  readonly principal?: Partial<Principal> | undefined;
  /** What the tool says of itself (`readOnlyHint`, ...), for policies that look at it. */
  readonly annotations?: JsonObject | undefined;
  /** For the record. */
  readonly sessionId?: string | undefined;
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined;
}

/** The tools of a server as a program describes them to a filter. */
export interface FilterList {
  /** The server's name for matching. Default: `serverName` of the filter's options. */
  readonly server?: string | undefined;
  /** All of its tools, as `tools/list` answers: name, title, description, schemas, annotations. */
  readonly tools: readonly ListedTool[];
  /** What the server tells models to do with it. Default: not known. */
  readonly instructions?: string | undefined;
}

/** What would become of a call. */
export interface CheckResult {
  /** True where the call may run without anybody being asked: its action is allow, warn or throttle. */
  readonly ok: boolean;
  /** `success` where it is ok; `review` where a person would have to be asked; else as the record has it. */
  readonly status: ResultStatus | 'review';
  /** What was decided; undefined where the call was refused before, or its tool is not governed. */
  readonly decision: Decision | undefined;
  /** Why the call may not run; undefined where it may. */
  readonly error: GovernanceError | undefined;
}

const KEYS = ['server', 'tool', 'arguments', 'principal', 'annotations', 'sessionId', 'signal'];

/**
 * Governs calls of any program: it is told of each call, and either judges it or runs it.
 *
 * It takes the options of `GovernanceMiddleware`, and stands before any number of servers.
 *
 * @throws ConfigError where an option, an environment variable or the policy file cannot be right.
 */
export class ToolFilter {
  readonly #point: EnforcementPoint;

  constructor(options: GovernanceOptions = {}, internals: GovernanceInternals = {}) {
    const raising: GovernanceOptions = isJsonObject(options) ? { ...options } : options;
    if (isJsonObject(raising)) raising.blockMode ??= 'raise';
    this.#point = new EnforcementPoint(raising, internals, { side: 'client', manyServers: true });
  }

  /**
   * Judges the definitions of a server's tools: looks for hostile text in them, and holds them against their pins where
   * `pins` is set. Calls are judged by what was listed last.
   *
   * @returns The tools that a model may be shown, each as it may be.
   * @throws ConfigError for what is no list of tools.
   */
  async list({ server = '', tools, instructions }: FilterList): Promise<readonly ListedTool[]> {
    if (!Array.isArray(tools)) throw new ConfigError('ToolFilter.list: tools must be a list of tools.');
    if (typeof server !== 'string') throw new ConfigError('ToolFilter.list: the server must be a text.');
    const context = { server, request: noRequest('filter'), definitionOf: () => undefined };
    const told = instructions === undefined ? context : { ...context, instructions: () => instructions };
    return this.#point.list(told, () => Promise.resolve(tools));
  }

  /**
   * Judges a call that is not to run: its size, what its arguments hold, and what the policy says.
   *
   * It takes nothing from rate limits and asks nobody. It leaves an audit event, whose method is `check: {tool}`.
   *
   * @throws ConfigError for what is no call; a refusal is no throw.
   */
  async check(call: FilterCall): Promise<CheckResult> {
    const checked = await this.#point.check(toContext(call), call.principal);
    if (checked === undefined) return { ok: true, status: 'success', decision: undefined, error: undefined };
    const { run, outcome } = checked;
    const error = run.violation ?? run.failure;
    const asks = run.pending !== undefined && run.decision?.action === 'review' && run.violation === run.pending;
    return { ok: error === undefined, status: asks ? 'review' : outcome.status, decision: run.decision, error };
  }

  /**
   * Governs a call: runs `invoke` once with the judged arguments, or never, and gives back its judged result.
   *
   * @throws PolicyViolationError where the call is refused, GovernanceFailure where it could not be judged; with
   *   `blockMode: 'error_result'` an MCP error result is given back instead. What `invoke` throws is thrown on.
   */
  async call<T>(call: FilterCall, invoke: (judged: JsonObject) => T | Promise<T>): Promise<T> {
    if (typeof invoke !== 'function') throw new ConfigError('ToolFilter.call: invoke must be a function.');
    const next = async ({ arguments: judged }: CallToolContext): Promise<T> => invoke(judged);
    return (await this.#point.call(toContext(call), next, call.principal)) as T;
  }

  /**
   * Puts another policy in force, for all calls from now on. Where `policy` was a file, it is no longer watched then.
   *
   * @throws ConfigError for anything that cannot decide.
   */
  updatePolicy(policy: DecisionPoint): void {
    this.#point.updatePolicy(policy);
  }

  /** Resolves when every audit sink has kept what it was given. */
  flush(): Promise<void> {
    return this.#point.flush();
  }

  /** What decides at this moment, and how the connection to a controlplane is. */
  status(): GovernanceStatus {
    return this.#point.status();
  }

  /** Closes the audit sinks and the connection to a controlplane, and stops watching the policy file. */
  close(): Promise<void> {
    return this.#point.close();
  }
}

/** A misspelt member would be judged as if it were not there: arguments as none, a server as any. */
function toContext(call: FilterCall): CallToolContext {
  if (!isJsonObject(call)) throw new ConfigError('A call must be an object: { server, tool, arguments, principal }.');
  for (const key of Object.keys(call)) if (!KEYS.includes(key)) throw unknownMember(key);
  const { server = '', tool, arguments: args = {}, annotations, sessionId, signal } = call;
  if (typeof tool !== 'string') throw new ConfigError('A call must name its tool, as a text.');
  if (typeof server !== 'string') throw new ConfigError('The server of a call must be a text.');
  if (!isJsonObject(args)) throw new ConfigError('The arguments of a call must be an object.');
  return {
    server,
    tool,
    arguments: args,
    definition: annotations && { annotations },
    request: { ...noRequest('filter'), sessionId, signal },
  };
}

function unknownMember(key: string): ConfigError {
  const near = key === 'args' ? 'arguments' : nearest(key, KEYS);
  return new ConfigError(`A call has no member '${key}'.${near === '' ? '' : ` Did you mean '${near}'?`}`);
}
