import { answerSchema, declaresForms, toElicitationAnswer } from '../approval/read-elicitation.js';
import type { Elicitation, ElicitationAnswer } from '../call/call-host.js';
import { definitionFingerprint } from '../call/definition-fingerprint.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import type { GovernedHost } from './governed-host.js';
import type { RawRequest, RequestHandler } from './host-server.js';

const CAPABILITIES_META = 'io.modelcontextprotocol/clientCapabilities';
/** The first protocol revision in which a server asks by its result, not by a request of its own. */
const ASKS_BY_RESULT = '2026-07-28';
/** Longer waits overflow Node's timers, which then fire at once; the question's own signal ends the wait. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;
/** More pages of `tools/list` than any server has. */
const MOST_PAGES = 100;

/** One request of a call: a call has more than one where its client is asked something in between. */
export interface CallLeg {
  readonly host: GovernedHost;
  readonly handler: RequestHandler;
  readonly request: RawRequest;
  /** The SDK's own context of the request. */
  readonly extra: JsonObject;
  /** The host's own handler of `tools/list`; undefined where it has none. */
  readonly listTools: RequestHandler | undefined;
}

type Send = (message: RawRequest, ...rest: unknown[]) => Promise<unknown>;

/** True where the client of a request is asked by the result of the request: protocol 2026-07-28 and later. */
export function asksByResult({ host, extra }: CallLeg): boolean {
  return isJsonObject(extra['mcpReq']) && (host.server._negotiatedProtocolVersion ?? '') >= ASKS_BY_RESULT;
}

/** True where the client said that it can put a form before its user. */
export function canElicit(leg: CallLeg): boolean {
  const declared = asksByResult(leg) ? envelopeOf(leg)?.[CAPABILITIES_META] : leg.host.server.getClientCapabilities?.();
  return declaresForms(declared);
}

function envelopeOf({ extra }: CallLeg): JsonObject | undefined {
  const modern = extra['mcpReq'];
  const envelope = isJsonObject(modern) ? modern['envelope'] : undefined;
  return isJsonObject(envelope) ? envelope : undefined;
}

/** Asks the client by a request, within the call's own request. */
export async function elicitByRequest({ extra }: CallLeg, question: Elicitation): Promise<ElicitationAnswer> {
  const { message, requestedSchema, signal } = question;
  const modern = extra['mcpReq'];
  const send = (isJsonObject(modern) ? modern['send'] : extra['sendRequest']) as Send;
  const request = { method: 'elicitation/create', params: { message, requestedSchema } };
  return toElicitationAnswer(await send(request, answerSchema, { signal, timeout: NO_TIMEOUT_MS }));
}

/** Sends progress of a call to a client that gave a token for it. */
export async function sendProgress({ extra }: CallLeg, params: JsonObject): Promise<void> {
  const modern = extra['mcpReq'];
  const notify = (isJsonObject(modern) ? modern['notify'] : extra['sendNotification']) as Send;
  await notify({ method: 'notifications/progress', params });
}

/** SHA-256, in hex, over a tool as the host lists it at this moment; over `null` where it does not list it. */
export async function fingerprintOf(leg: CallLeg, tool: string): Promise<string> {
  return definitionFingerprint(await findListed(leg, tool));
}

async function findListed({ listTools, extra }: CallLeg, tool: string): Promise<unknown> {
  if (listTools === undefined) return null;
  let cursor: unknown;
  for (let page = 0; page < MOST_PAGES; page++) {
    const params = cursor === undefined ? {} : { cursor };
    const listed = await listTools({ jsonrpc: '2.0', id: 0, method: 'tools/list', params }, extra);
    const { tools, nextCursor } = isJsonObject(listed) ? listed : {};
    const found: unknown = Array.isArray(tools)
      ? tools.find((each) => isJsonObject(each) && each['name'] === tool)
      : null;
    if (found !== undefined) return found;
    if (nextCursor === undefined) return null;
    cursor = nextCursor;
  }
  return null;
}
