/** A JSON-RPC message as a transport takes and gives it: a request, a notification or a response. */
export interface Message {
  readonly jsonrpc?: unknown;
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** True for what may be the id of a request. */
export function isId(id: unknown): id is string | number {
  return typeof id === 'number' || typeof id === 'string';
}

const MEMBERS: readonly string[] = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];

/** A message without members that JSON-RPC does not know, which nobody judges; the very message where it has none. */
export function strip(message: Message): Message {
  let stray = false;
  for (const key in message) stray ||= !MEMBERS.includes(key);
  if (!stray) return message;
  return Object.fromEntries(Object.entries(message).filter(([key]) => MEMBERS.includes(key)));
}
