import { isJsonObject, type JsonObject } from '../call/json.js';
import type { Principal, ToolCall } from '../call/tool-call.js';
import { ConfigError, nearest } from '../errors/config-error.js';

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

/**
 * Makes the subject of a call that was written by hand.
 *
 * @throws ConfigError for what is no call: a misspelt member would be judged as if it were not there.
 */
export function toSubject(call: PolicyCall): Subject {
  checkCall(call);
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

const MEMBERS = ['server', 'tool', 'arguments', 'principal', 'annotations', 'now'];

/** A switch, since this is asked for every member of every call and looking in a set takes longer than deciding. */
function isMember(key: string): boolean {
  switch (key) {
    case 'server':
    case 'tool':
    case 'arguments':
    case 'principal':
    case 'annotations':
    case 'now':
      return true;
    default:
      return false;
  }
}

function isMemberOfPrincipal(key: string): boolean {
  return key === 'agent' || key === 'user' || key === 'attributes' || key === 'selfDeclared';
}

function checkCall(call: PolicyCall): void {
  if (!isJsonObject(call)) throw new ConfigError('A call must be an object: { server, tool, arguments, principal }.');
  for (const key in call) if (!isMember(key)) throw unknownMember(key);
  if (typeof call.tool !== 'string') throw new ConfigError('A call must name its tool, as a text.');
  if (call.server !== undefined && typeof call.server !== 'string') {
    throw new ConfigError('The server of a call must be a text.');
  }
  checkObject('arguments', call.arguments);
  checkObject('principal', call.principal);
  checkObject('annotations', call.annotations);
  for (const key in call.principal) {
    if (isMemberOfPrincipal(key)) continue;
    throw new ConfigError(`A principal has no member '${key}'. Write principal: { attributes: { ${key}: ... } }.`);
  }
  if (call.now !== undefined && !(call.now instanceof Date)) {
    throw new ConfigError('The moment of a call, now, must be a Date.');
  }
}

function checkObject(what: string, value: unknown): void {
  if (value !== undefined && !isJsonObject(value)) throw new ConfigError(`The ${what} of a call must be an object.`);
}

function unknownMember(key: string): ConfigError {
  const near = key === 'args' ? 'arguments' : nearest(key, MEMBERS);
  const hint = near === '' ? `Known are ${MEMBERS.join(', ')}.` : `Did you mean '${near}'?`;
  return new ConfigError(`A call has no member '${key}'. ${hint}`);
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
