import type { JsonObject } from './json.js';

/** Where a call is governed. */
export type Door = 'middleware' | 'client' | 'proxy' | 'filter';

/** Who calls. */
export interface Principal {
  /** The agent's name; empty where unknown. */
  readonly agent: string;
  /** The user on whose behalf it acts; empty where unknown. */
  readonly user: string;
  /** Whatever else is known (role, tenant, scopes). */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** True where nothing but the caller's own word stands for it. */
  readonly selfDeclared: boolean;
}

/** What a tool says of itself; a claim of its author, not a fact. */
export interface ToolDefinition {
  /** The `annotations` of the tool definition (`readOnlyHint`, `destructiveHint`, ...). */
  readonly annotations?: Readonly<Record<string, unknown>>;
  /** What the author attached with `governance(...)`; read with `governanceOf`. */
  readonly tagged?: object;
}

/** One call of one tool, as governance sees it: immutable, with no trace of the host it came from. */
export interface ToolCall {
  readonly door: Door;
  /** The server's name for matching; empty where unknown. */
  readonly server: string;
  readonly tool: string;
  /** A copy of the arguments, made when they were measured: nobody outside holds a reference to it. */
  readonly arguments: JsonObject;
  readonly principal: Principal;
  readonly sessionId: string | undefined;
  /** The request's `_meta`. */
  readonly meta: JsonObject | undefined;
  readonly definition: ToolDefinition | undefined;
  /** Aborted when the caller no longer waits. */
  readonly signal: AbortSignal | undefined;
}

/** The same call with other arguments. Written out, because spreading costs several times as much on this path. */
export function withArguments(call: ToolCall, args: JsonObject): ToolCall {
  return {
    door: call.door,
    server: call.server,
    tool: call.tool,
    arguments: args,
    principal: call.principal,
    sessionId: call.sessionId,
    meta: call.meta,
    definition: call.definition,
    signal: call.signal,
  };
}
