import { isJsonObject, type JsonObject } from '../call/json.js';
import type { RunningContext } from '../enforcement/running-context.js';
import { withTraceContext } from '../telemetry/trace-context.js';
import type { Message } from './message.js';

/** What whoever asked for a call that is none is told. */
export const INVALID_CALL = 'Invalid tools/call request: name must be a string and arguments an object.';

/** A call as it is asked for. */
export interface ReadCall {
  readonly name: string;
  readonly args: JsonObject;
  /** A copy: nobody may name another tool while the call is being judged. */
  readonly params: JsonObject;
}

/** Reads a call; undefined where it is none. */
export function readCall(message: Message): ReadCall | undefined {
  const params = isJsonObject(message.params) ? { ...message.params } : {};
  const { name, arguments: args = {} } = params;
  return typeof name === 'string' && isJsonObject(args) ? { name, args, params } : undefined;
}

/**
 * Puts the arguments that were judged, and the trace, into parameters; those without arguments stay without.
 *
 * @param params - Nobody else's: another copy would cost every call as much as some of its stages.
 */
export function putJudged(params: JsonObject, { arguments: args, span }: RunningContext): JsonObject {
  const { _meta } = params;
  const meta = withTraceContext(isJsonObject(_meta) ? _meta : undefined, span);
  if (params['arguments'] !== undefined || Object.keys(args).length > 0) params['arguments'] = args;
  if (meta !== undefined) params['_meta'] = meta;
  return params;
}
