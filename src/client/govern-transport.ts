import { isJsonObject } from '../call/json.js';
import type { Message } from '../session/message.js';
import type { HostClient, HostTransport, SendOptions } from './host-client.js';

/** A transport as a session sees it. */
export interface Wire {
  /** Writes a message to the server. */
  send(message: Message, options: SendOptions | undefined): Promise<void>;
  /** Hands a message to whoever listens to the transport. */
  deliver(message: Message): void;
  readonly transport: HostTransport;
}

/** What watches a transport: nothing goes out or comes in but by it. */
export interface TransportWatch {
  /** Takes a message on its way out. */
  send(message: Message, options: SendOptions | undefined, wire: Wire): Promise<void>;
  /** Takes a message on its way in; `deliver` hands it, or another in its place, to the client. */
  receive(message: Message, deliver: (message: Message) => void): void;
  /** Told when the connection is gone. */
  closed(): void;
}

interface Watched {
  /** Who watches the transport: whoever governs the client that it was given to last. */
  watch: TransportWatch;
  /** What the watch let through and is being handed on. */
  delivering: Message | undefined;
}

const watched = new WeakMap<HostTransport, Watched>();

/** Has a watch see everything that goes through the transport of a client, and through every later one. */
export function governTransports(client: HostClient, watch: TransportWatch): void {
  let current = client._transport;
  if (current !== undefined) governTransport(current, watch);
  Object.defineProperty(client, '_transport', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (transport: HostTransport | undefined) => {
      // Before the client hangs its handlers on it.
      if (transport !== undefined) governTransport(transport, watch);
      current = transport;
    },
  });
  keepFast(client);
}

/** Governs a transport where it stands: whoever holds it, not only the client, goes through the watch. */
function governTransport(transport: HostTransport, watch: TransportWatch): void {
  const known = watched.get(transport);
  if (known !== undefined) {
    known.watch = watch;
    return;
  }
  const held: Watched = { watch, delivering: undefined };
  watched.set(transport, held);
  const send = transport.send.bind(transport);
  const wire: Wire = {
    send,
    deliver: (message) => transport.onmessage?.(message),
    transport,
  };
  const governed = (message: unknown, options?: SendOptions): Promise<void> => {
    if (Array.isArray(message))
      return Promise.all(message.map((each) => governed(each, options))).then(() => undefined);
    return isJsonObject(message) ? held.watch.send(message, options, wire) : send(message, options);
  };
  Object.defineProperty(transport, 'send', { configurable: true, enumerable: true, writable: true, value: governed });
  wrapHandler(transport, 'onmessage', (handler) => receiving(handler, held));
  wrapHandler(transport, 'onclose', (handler) => () => {
    held.watch.closed();
    handler();
  });
  keepFast(transport);
}

/** So many reads until V8 takes notice of them. */
const NOTICED = 100;

/**
 * Spares the host's own code what our accessors would cost it: V8 makes a table of an object of which a member becomes
 * an accessor, and every look-up of any member of it slow, unless it sees the object read through as a prototype.
 */
function keepFast(object: object): void {
  const heir = Object.create(object) as { readonly constructor?: unknown };
  for (let at = 0; at < NOTICED; at++) if (heir.constructor === undefined) return;
}

/** A handler of messages that gets only what the watch lets through. */
function receiving(handler: NonNullable<HostTransport['onmessage']>, held: Watched): typeof handler {
  return (message, extra) => {
    // A listener that was hung over another one hands on what the watch let through already.
    if (message === held.delivering) {
      handler(message, extra);
      return;
    }
    held.watch.receive(message, (passed) => {
      const before = held.delivering;
      held.delivering = passed;
      try {
        handler(passed, extra);
      } finally {
        held.delivering = before;
      }
    });
  };
}

/** Wraps a handler of a transport, the one that is there and every later one. */
function wrapHandler<K extends 'onmessage' | 'onclose'>(
  transport: HostTransport,
  name: K,
  wrap: (handler: NonNullable<HostTransport[K]>) => HostTransport[K],
): void {
  const wrapped = new WeakSet();
  const wrapOnce = (handler: HostTransport[K]): HostTransport[K] => {
    if (typeof handler !== 'function' || wrapped.has(handler)) return handler;
    const own = wrap(handler);
    if (own !== undefined) wrapped.add(own);
    return own;
  };
  const beneath = inherited(transport, name);
  let value = wrapOnce(transport[name]);
  // A transport around another one passes its handlers on in a setter of its class, which has to get them as well.
  if (beneath?.set !== undefined) beneath.set.call(transport, value);
  Object.defineProperty(transport, name, {
    configurable: true,
    enumerable: true,
    get: () => value,
    set: (handler: HostTransport[K]) => {
      value = wrapOnce(handler);
      beneath?.set?.call(transport, value);
    },
  });
}

function inherited(transport: object, name: string): PropertyDescriptor | undefined {
  for (let at: unknown = transport; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
