import type { JsonObject } from '../../../src/call/json.js';

/** A notification as the client got it. */
export interface Received {
  readonly method: string;
  readonly params: JsonObject;
}

/** What both lines of the SDK mean by a transport, as far as a test listens in. */
interface Tappable {
  onmessage?: ((message: never, extra?: never) => void) | undefined;
  send(message: never): Promise<void>;
}

/** Listens in on the client's end of a connected transport, and writes requests of a test's own to it. */
export function tap(transport: Tappable) {
  const notifications: Received[] = [];
  const waiting = new Map<unknown, (response: JsonObject) => void>();
  const deliver = transport.onmessage?.bind(transport);
  transport.onmessage = (message: JsonObject, extra?: never) => {
    const waiter = waiting.get(message['id']);
    if (waiter !== undefined && message['method'] === undefined) {
      waiter(message);
      return;
    }
    if (message['id'] === undefined) notifications.push(structuredClone(message) as unknown as Received);
    deliver?.(message as never, extra);
  };
  let count = 0;
  const raw = (method: string, params: unknown): Promise<JsonObject> =>
    new Promise((resolve, reject) => {
      const id = `raw-${count++}`;
      waiting.set(id, resolve);
      transport.send({ jsonrpc: '2.0', id, method, params } as never).catch(reject);
    });
  return { notifications, raw };
}
