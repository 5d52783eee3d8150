import type { JsonObject } from '../call/json.js';
import { ConfigError } from '../errors/config-error.js';
import type { Message } from '../session/message.js';

/** What goes with a message, as far as we look at it. */
export interface SendOptions {
  /** SDK 2.x over HTTP: aborted in place of a cancellation message. */
  readonly requestSignal?: AbortSignal;
}

/** What we use of a transport of SDK 1.x and 2.x. */
export interface HostTransport {
  send(message: unknown, options?: SendOptions): Promise<void>;
  onmessage?: ((message: Message, extra?: unknown) => void) | undefined;
  onclose?: (() => void) | undefined;
  readonly sessionId?: string | undefined;
}

/** The timeout of a request under way, as both lines keep it. */
export interface TimeoutInfo {
  timeoutId: ReturnType<typeof setTimeout>;
  readonly timeout: number;
  readonly onTimeout: () => void;
}

/** A JSON Schema validator, as both lines make them of output schemas. */
export type OutputValidator = (value: unknown) => { readonly valid: boolean };

/**
 * What we use of `Client` of SDK 1.x and 2.x.
 *
 * Neither has middleware for requests. `_transport` is the one place through which a client reaches a server, and both
 * lines have it under this name; its absence is an error, not a bypass. The rest of what is private here only serves
 * comfort, and may be absent.
 */
export interface HostClient {
  _transport?: HostTransport | undefined;
  readonly transport?: HostTransport | undefined;
  getServerCapabilities(): JsonObject | undefined;
  getServerVersion(): { readonly name?: unknown } | undefined;
  getInstructions?(): string | undefined;
  /** SDK 2.x: `modern` from protocol 2026-07-28 on. */
  getProtocolEra?(): unknown;
  readonly _responseHandlers?: Map<unknown, unknown>;
  readonly _progressHandlers?: Map<unknown, unknown>;
  readonly _timeoutInfo?: Map<unknown, TimeoutInfo>;
  readonly _jsonSchemaValidator?: { getValidator(schema: unknown): OutputValidator };
  readonly _cachedToolOutputValidators?: Map<string, OutputValidator>;
}

const METHODS = ['request', 'callTool', 'getServerCapabilities', 'getServerVersion'];

/**
 * Finds the client in whatever the user handed over, and makes sure that its session has begun.
 *
 * @throws ConfigError for anything that is no client, one of a version that we do not know, and one that is not
 *   connected.
 */
export function findHostClient(given: object): HostClient {
  const members = Object(given) as Readonly<Record<string, unknown>>;
  if (METHODS.some((method) => typeof members[method] !== 'function')) {
    throw new ConfigError(
      'configureSession takes a Client of @modelcontextprotocol/sdk 1.x or @modelcontextprotocol/client 2.x.',
    );
  }
  const client = given as HostClient;
  const { transport } = client;
  // A transport that resumes a session shakes no hands: what the server can do stays unknown.
  const begun = client.getServerCapabilities() !== undefined || transport?.sessionId !== undefined;
  if (transport === undefined || !begun) {
    throw new ConfigError(
      'configureSession: the session has not begun. Call it after await client.connect(transport).',
    );
  }
  if (client._transport === transport) return client;
  throw new ConfigError('configureSession: this version of the client keeps its transport where we cannot govern it.');
}
