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
