import type { ResultStatus } from './audit/audit-event.js';
import type { JsonObject } from './call/json.js';
import type { Principal } from './call/tool-call.js';
import type { GovernanceOptions } from './config/options.js';
import { refusedStatus } from './enforcement/outcome.js';
import { ConfigError } from './errors/config-error.js';
import { GovernanceError } from './errors/governance-error.js';
import { ToolFilter } from './tool-filter.js';

/** A call to govern, and what governs it. */
export interface GovernedToolCall {
  /** What governs it; this or `options`. */
  readonly filter?: ToolFilter;
  /** What to make a filter from, once for each such object: calls that share limits must share the object. */
  readonly options?: GovernanceOptions;
  readonly toolName: string;
  /** Default none. */
  readonly arguments?: JsonObject;
  /** The server's name for matching. */
  readonly serverName?: string;
  /** Who calls. */
  readonly principal?: Partial<Principal>;
}

/** What became of a governed call. */
export interface GovernedToolResult {
  /** True where the call may be forwarded. */
  readonly ok: boolean;
  /** `success`, or how the call was refused: `blocked`, `denied`, `cancelled`. */
  readonly status: ResultStatus;
  /** The arguments that were judged and are to be forwarded, redacted where that was asked for; undefined where refused. */
  readonly arguments: JsonObject | undefined;
  /** Why it was refused; undefined where it may be forwarded. */
  readonly error: GovernanceError | undefined;
}

const filters = new WeakMap<object, ToolFilter>();

/**
 * Governs a call that the program itself forwards: limits, scan, policy, approval and record, all but the tool.
 *
 * What the tool gives back is not seen here; `ToolFilter.call` sees that, too.
 *
 * @throws ConfigError for what is no call, and for options that cannot be right.
 */
export async function governToolCall(call: GovernedToolCall): Promise<GovernedToolResult> {
  const { filter, options, toolName: tool, arguments: args, serverName: server, principal, ...rest } = call;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new ConfigError(`governToolCall: unknown member '${unknown}'.`);
  const governing = filter ?? filterOf(options);
  const judged: { arguments?: JsonObject } = {};
  try {
    await governing.call({ server, tool, arguments: args, principal }, (each) => {
      judged.arguments = each;
    });
  } catch (error) {
    if (!(error instanceof GovernanceError) || error instanceof ConfigError) throw error;
    return { ok: false, status: refusedStatus(error), arguments: undefined, error };
  }
  // An error result in place of a throw: the call was refused all the same.
  const ok = judged.arguments !== undefined;
  return { ok, status: ok ? 'success' : 'blocked', arguments: judged.arguments, error: undefined };
}

function filterOf(options: GovernanceOptions | undefined): ToolFilter {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigError('governToolCall: give a filter, or the options to make one from.');
  }
  let filter = filters.get(options);
  if (filter === undefined) filters.set(options, (filter = new ToolFilter(options)));
  return filter;
}
