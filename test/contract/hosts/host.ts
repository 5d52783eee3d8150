import { z } from 'zod';
import { MemorySink } from '../../../src/audit/memory-sink.js';
import type { Middleware } from '../../../src/call/host-request.js';
import { isJsonObject, type JsonObject } from '../../../src/call/json.js';
import type { GovernanceOptions } from '../../../src/config/options.js';
import { type AuthorGovernance, governance } from '../../../src/governance.js';
import { type GovernanceInternals, GovernanceMiddleware } from '../../../src/governance-middleware.js';
import type { Received } from './tap.js';

// Faults are told on standard error; tests that look at it set a level of their own.
process.env['MCP_GOVERNANCE_LOG_LEVEL'] = 'silent';

/** Runs when a tool is called; `context` is whatever the host hands to its handlers. */
export type Handler = (args: JsonObject, context: never) => unknown;

/** A tool as a test writes it, for every host alike. */
export interface HostTool {
  readonly name: string;
  readonly handler: Handler;
  readonly governance?: AuthorGovernance;
  /** Default: any object. */
  readonly parameters?: z.ZodObject;
  readonly description?: string;
}

/** What a test starts a server with. */
export interface Setup {
  readonly tools: readonly HostTool[];
  readonly options?: GovernanceOptions;
  readonly internals?: GovernanceInternals;
  /** In place of one GovernanceMiddleware with these options. */
  readonly middlewares?: readonly Middleware[];
  /** True: the host's own server, with nothing of ours on it. */
  readonly plain?: boolean;
}

/** What goes with a call besides its arguments. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly meta?: JsonObject;
}

/** What came back, as the client has it. */
export interface CallResult extends JsonObject {
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
  readonly _meta?: JsonObject;
}

/** A server that runs, and a client that is connected to it. */
export interface Running {
  call(name: string, args?: unknown, options?: CallOptions): Promise<CallResult>;
  listTools(): Promise<readonly string[]>;
  /** The arguments of every run of a handler. */
  runs(name: string): readonly JsonObject[];
  readonly sink: MemorySink;
  /** Every notification the client got, oldest first. */
  readonly notifications: readonly Received[];
  /** Writes a request to the transport as it is and gives back the response. */
  raw(method: string, params: unknown): Promise<JsonObject>;
  close(): Promise<void>;
}

/** A host of MCP tools. */
export interface Host {
  readonly title: string;
  /** The text by which a low-level server is known: it takes any tool name and leaves all checks to its author. */
  readonly lowLevel: boolean;
  /** True where the client is governed, and not the server. */
  readonly client?: boolean;
  start(setup: Setup): Promise<Running>;
}

/** What all hosts prepare alike: the middlewares, and tools whose runs are counted. */
export function prepare(setup: Setup) {
  const sink = new MemorySink();
  const runs = new Map<string, JsonObject[]>();
  const counted = setup.tools.map(({ name, handler, governance: tag, description, parameters = z.looseObject({}) }) => {
    const run = (args: JsonObject, context: never): unknown => {
      runs.set(name, [...(runs.get(name) ?? []), structuredClone(args)]);
      return handler(args, context);
    };
    return { name, description, parameters, tag, handler: tag === undefined ? run : governance(tag)(run) };
  });
  const options = { audit: sink, ...setup.options };
  const middlewares = setup.middlewares ?? [new GovernanceMiddleware(options, { env: {}, ...setup.internals })];
  return { sink, tools: counted, middlewares, runs: (name: string) => runs.get(name) ?? [] };
}

/** The code of a refusal; undefined where the result is no refusal. */
export function refusalOf(result: CallResult): string | undefined {
  const refusal = result._meta?.['mcp-governance/refusal'];
  return isJsonObject(refusal) ? (refusal['code'] as string) : undefined;
}

/** The text of a result's first block. */
export function textOf(result: CallResult): string | undefined {
  return result.content?.[0]?.text;
}

/** A result with one text. */
export function text(said: string): CallResult {
  return { content: [{ type: 'text', text: said }] };
}
