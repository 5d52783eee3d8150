import type { JsonObject } from '../call/json.js';
import type { Principal, ToolCall } from '../call/tool-call.js';

/** A call as a policy judges it; everything but the tool may be unknown. */
export interface PolicyCall {
  /** The server's name; unknown where it is left out. */
  readonly server?: string;
  readonly tool: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly principal?: Partial<Principal>;
  /** What the tool says of itself. */
  readonly annotations?: object;
  /** The moment to judge it at. Default: now. */
  readonly now?: Date;
}

/** What rules and conditions read. Unknown names are empty texts. */
export interface Subject {
  readonly server: string;
  readonly tool: string;
  readonly agent: string;
  readonly user: string;
  readonly attributes: Readonly<Record<string, unknown>> | undefined;
  readonly args: unknown;
  readonly annotations: unknown;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const NO_ARGUMENTS: JsonObject = Object.freeze({});

/** Makes the subject of a call that was written by hand. */
export function toSubject(call: PolicyCall): Subject {
  const { principal } = call;
  return {
    server: call.server ?? '',
    tool: call.tool,
    agent: principal?.agent ?? '',
    user: principal?.user ?? '',
    attributes: principal?.attributes,
    args: call.arguments ?? NO_ARGUMENTS,
    annotations: call.annotations,
    now: call.now === undefined ? Date.now() : call.now.getTime(),
  };
}

/** Makes the subject of a governed call. */
export function subjectOf(call: ToolCall, now: number): Subject {
  const { principal } = call;
  return {
    server: call.server,
    tool: call.tool,
    agent: principal.agent,
    user: principal.user,
    attributes: principal.attributes,
    args: call.arguments,
    annotations: call.definition?.annotations,
    now,
  };
}
