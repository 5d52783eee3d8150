import type { CallNotification } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';

/**
 * The protocol's own messages, with the members that they are made of. They say what happened to the server, not what a
 * tool found; with any other member they are judged like the rest.
 */
const PROTOCOL_OWN = new Map<unknown, readonly string[]>([
  ['notifications/initialized', []],
  ['notifications/cancelled', ['requestId']],
  ['notifications/roots/list_changed', []],
  ['notifications/tools/list_changed', []],
  ['notifications/prompts/list_changed', []],
  ['notifications/resources/list_changed', []],
  ['notifications/resources/updated', ['uri']],
  ['notifications/elicitation/complete', ['elicitationId']],
]);

/** A copy of a message that is the protocol's own and holds nothing else. */
export function protocolOwn({ method, params }: CallNotification): CallNotification | undefined {
  const members = PROTOCOL_OWN.get(method);
  if (members === undefined) return undefined;
  if (params === undefined) return { method };
  if (!isJsonObject(params)) return undefined;
  const copy: JsonObject = { ...params };
  const plain = Object.entries(copy).every(
    ([name, value]) => members.includes(name) && (typeof value === 'string' || typeof value === 'number'),
  );
  return plain ? { method, params: copy } : undefined;
}
