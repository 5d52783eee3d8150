import { isJsonObject, type JsonObject, MAX_JSON_DEPTH } from '../call/json.js';
import { isId, type Message } from '../session/message.js';
import { hasLoneSurrogate, membersOf, type Survey, surveyJson } from './survey.js';

/** A JSON-RPC message: as it came, and as it is understood. */
export interface Frame {
  /** As it came; undefined for what was made or changed here. */
  readonly text: string | undefined;
  readonly message: Message;
  /** True where a number in the text is another one when it is read: written anew, the message would change. */
  readonly isInexact?: boolean;
  /** The answer to a call that may not be passed on, and is recorded: nobody could tell what of it would run. */
  readonly refusal?: JsonObject;
}

/** What was read of one line, body or event. */
export type Reading =
  | { readonly frames: readonly Frame[]; readonly isBatch: boolean }
  | {
      /** The JSON-RPC error response to send back. */
      readonly refusal: JsonObject;
      /** True where an answer was refused: then the refusal is for whoever waits for the answer. */
      readonly isAnswer?: boolean;
    };

/** JSON-RPC 2.0: what came is no JSON. */
export const PARSE_ERROR = -32700;
/** JSON-RPC 2.0: what came is no message. */
export const INVALID_REQUEST = -32600;
/** JSON-RPC 2.0: the parameters of a method cannot be right. */
export const INVALID_PARAMS = -32602;

const ENVELOPE = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];
const CALL = ['name', 'arguments', 'task', '_meta'];

/** Why a text is refused. */
class Refused extends Error {
  readonly code: number;

  constructor(code: number, why: string) {
    super(why);
    this.code = code;
  }
}

/**
 * Reads JSON-RPC that came from outside: one message or a batch.
 *
 * What another reader could take for something else than we do is refused: two members of one name, names that differ
 * from JSON-RPC's own by their case only, and, in a call, numbers and texts that change when they are read. So is what
 * is no message at all. The texts of refusals quote nothing of what came.
 */
export function readFrames(text: string): Reading {
  let value: unknown;
  try {
    // Before it is read: reading a million levels takes a second; looking for them does not.
    const survey = surveyJson(text);
    if (survey.depth > MAX_JSON_DEPTH) {
      throw new Refused(INVALID_REQUEST, `Invalid request: nested more than ${MAX_JSON_DEPTH} deep.`);
    }
    value = parse(text);
    return read(text, value, survey);
  } catch (fault) {
    if (fault instanceof Refused) return refusal(fault, value);
    throw fault;
  }
}

/** A frame as one line, without the line's end. */
export function writeFrame({ text, message }: Frame): string {
  if (text === undefined) return JSON.stringify(message);
  // Outside of texts, where alone JSON has them, line ends mean nothing.
  return text.includes('\n') || text.includes('\r') ? text.replaceAll(/[\r\n]+/g, ' ') : text;
}

/** A message of our own, or one that was changed here. */
export function toFrame(message: Message): Frame {
  return { text: undefined, message };
}

/** The answer to a request that is refused; to null where nobody can tell which. */
export function toRefusal(id: unknown, code: number, message: string): JsonObject {
  return { jsonrpc: '2.0', id: isUsableId(id) ? id : null, error: { code, message } };
}

/** True for what may be the id of a request and is the same when it is written again. */
export function isUsableId(id: unknown): id is string | number {
  return isId(id) && (typeof id === 'string' || Math.abs(id) <= Number.MAX_SAFE_INTEGER);
}

function refusal({ code, message }: Refused, value: unknown): Reading {
  const said = isJsonObject(value) ? value : {};
  const { id, method } = said;
  const isAnswer = isUsableId(id) && method === undefined && ('result' in said || 'error' in said);
  return { refusal: toRefusal(id, code, message), isAnswer };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(PARSE_ERROR, 'Parse error: this is no valid JSON.');
  }
}

function read(text: string, value: unknown, survey: Survey): Reading {
  if (survey.members !== membersOf(value)) {
    throw new Refused(INVALID_REQUEST, 'Invalid request: an object in it has two members of the same name.');
  }
  if (!Array.isArray(value)) return { frames: [toRead(value, text, survey)], isBatch: false };
  if (value.length === 0) throw new Refused(INVALID_REQUEST, 'Invalid request: an empty batch.');
  const frames = value.map((message, at) => {
    const [start, end] = survey.elements[at] ?? [0, 0];
    return toRead(message, text.slice(start, end).trim(), survey);
  });
  return { frames, isBatch: true };
}

function toRead(message: unknown, text: string, { isInexact }: Survey): Frame {
  check(message);
  const refusal = message.method === 'tools/call' ? refusalOfCall(message, isInexact, text) : undefined;
  if (refusal !== undefined) return { text: undefined, message, refusal };
  return isInexact ? { text, message, isInexact } : { text, message };
}

/** @throws Refused for what is no message, or could be read as another one. */
function check(message: unknown): asserts message is Message {
  if (!isJsonObject(message)) throw new Refused(INVALID_REQUEST, 'Invalid request: a message is an object.');
  if (hasTwin(message, ENVELOPE)) {
    throw new Refused(INVALID_REQUEST, 'Invalid request: a member differs from one of JSON-RPC by case only.');
  }
  const { jsonrpc, id, method } = message;
  if (jsonrpc !== '2.0') throw new Refused(INVALID_REQUEST, 'Invalid request: jsonrpc must be "2.0".');
  const [hasResult, hasError] = ['result' in message, 'error' in message];
  if (method === undefined) {
    if (hasResult === hasError) {
      throw new Refused(INVALID_REQUEST, 'Invalid request: it has neither a method nor one of result and error.');
    }
    const isNobodys = hasError && (id === null || id === undefined);
    if (!isNobodys && !isUsableId(id)) throw new Refused(INVALID_REQUEST, 'Invalid response: its id is none.');
    return;
  }
  if (typeof method !== 'string' || hasResult || hasError) {
    throw new Refused(INVALID_REQUEST, 'Invalid request: method must be a string, without result and error.');
  }
  if ('id' in message && !isUsableId(id)) {
    throw new Refused(INVALID_REQUEST, 'Invalid request: an id is a string or a number up to 2^53.');
  }
}

/** The answer to a call of which not everybody would read the same; undefined for any other. */
function refusalOfCall({ id, params }: Message, isInexact: boolean, text: string): JsonObject | undefined {
  const refuse = (why: string): JsonObject => toRefusal(id, INVALID_PARAMS, `Invalid tools/call request: ${why}.`);
  if (isJsonObject(params) && hasTwin(params, CALL)) return refuse('a member of it differs from another by case only');
  if (isInexact) return refuse('a number in it has too many digits');
  const isBroken = mayBeBroken(text) && hasLoneSurrogate([id, params]);
  return isBroken ? refuse('a text in it holds half a pair of surrogates') : undefined;
}

/** Some readers, Go's among them, take `Method` for `method`. */
function hasTwin(members: JsonObject, names: readonly string[]): boolean {
  for (const key in members) {
    // Folded upwards, for the long s is an s there.
    if (!names.includes(key) && names.includes(key.toUpperCase().toLowerCase())) return true;
  }
  return false;
}

function mayBeBroken(text: string): boolean {
  return text.includes('\\u') || /[\ud800-\udfff]/.test(text);
}
