import type { CallNotification } from '../call/host-request.js';
import { isJsonObject } from '../call/json.js';
import type { Principal } from '../call/tool-call.js';
import type { BlockMode } from '../config/options.js';
import { JudgedError, TASK_METHODS } from '../enforcement/late-answers.js';
import { toErrorResult } from '../enforcement/refusal-result.js';
import { TaskCalls } from '../enforcement/task-calls.js';
import { GovernanceError } from '../errors/governance-error.js';
import type { Exchange, Outcome, Way } from '../session/exchange.js';
import { ListedToolHost, ListedTools } from '../session/listed-tools.js';
import { isId, type Message } from '../session/message.js';
import { type ServerSaid, Session, type SessionPoint } from '../session/session.js';
import { serverNameOf, toRequest } from './client-request.js';
import type { TransportWatch, Wire } from './govern-transport.js';
import { holdTimeout } from './hold-timeout.js';
import type { HostClient, HostTransport, SendOptions } from './host-client.js';
import type { RedactedOutputs } from './redacted-outputs.js';

/** What the session of a client is made of. */
export interface ClientSessionParts {
  readonly client: HostClient;
  readonly point: SessionPoint;
  readonly blockMode: BlockMode;
  readonly principal: Partial<Principal>;
  readonly outputs: RedactedOutputs;
}

/** How a request of a client reaches its server. */
interface ClientWay extends Way {
  readonly transport: HostTransport;
}

const GOVERNED: readonly unknown[] = ['tools/call', 'tools/list', ...TASK_METHODS];

const INVALID_REQUEST = -32602;

/** The session of an SDK client: requests are led through it on their way out, all that comes back on its way in. */
export class ClientSession implements TransportWatch {
  readonly #parts: ClientSessionParts;
  readonly #session: Session<ClientWay>;

  constructor(parts: ClientSessionParts) {
    this.#parts = parts;
    const { client, point, principal, outputs } = parts;
    const listed = new ListedTools();
    this.#session = new Session<ClientWay>({
      point,
      door: 'client',
      principal,
      server: { listed, tasks: new TaskCalls(), name: serverNameOf(client), said: () => saidOf(client) },
      toRequest: (params, { signal, way }) => toRequest(params, signal, way.transport),
      hostOf: (_, tool) => new ListedToolHost(listed, tool),
      onHeld: ({ id }) => holdTimeout(client, id),
      onChanged: (came, result) => {
        outputs.note(came, result);
      },
      refused: (exchange, error, takesResult) => this.#refused(exchange, error, takesResult),
    });
  }

  /** Takes a message on its way to the server. */
  send(message: Message, options: SendOptions | undefined, wire: Wire): Promise<void> {
    const { id, method, params } = message;
    if (method === 'notifications/cancelled' && isJsonObject(params) && !this.#session.cancel(params['requestId'])) {
      return Promise.resolve();
    }
    if (!isId(id) && GOVERNED.includes(method)) {
      return Promise.reject(new JudgedError(INVALID_REQUEST, 'A request must have an id that is a number or a text.'));
    }
    const way: ClientWay = {
      send: (judged) => wire.send(judged, options),
      deliver: (message) => {
        wire.deliver(message);
      },
      signal: options?.requestSignal,
      transport: wire.transport,
    };
    return this.#session.request(message, way) ?? wire.send(message, options);
  }

  /** Takes a message on its way to the client. */
  receive(message: Message, deliver: (message: Message) => void): void {
    const { id, method } = message;
    if (method === undefined) {
      if (!this.#session.answer(message, deliver)) deliver(message);
    } else if (isId(id) || typeof method !== 'string') deliver(message);
    else this.#session.notify(message as CallNotification, deliver);
  }

  /** Ends all calls under way: nobody is left to answer them. */
  closed(): void {
    this.#session.closed();
  }

  /** What the client gets in place of a result; undefined where sending its request has to fail. */
  #refused(exchange: Exchange, error: unknown, takesResult: boolean): Outcome | undefined {
    const asResult = takesResult && this.#parts.blockMode === 'error_result' && !exchange.signal.aborted;
    if (asResult && error instanceof GovernanceError) {
      const isModern = this.#parts.client.getProtocolEra?.() === 'modern';
      // Since protocol 2026-07-28 a result says of what kind it is.
      return { result: isModern ? { ...toErrorResult(error), resultType: 'complete' } : toErrorResult(error) };
    }
    this.#forget(exchange.id);
    return undefined;
  }

  /** A client rejects a request that could not be sent, but 1.x goes on waiting for its answer. */
  #forget(id: unknown): void {
    const { client } = this.#parts;
    client._responseHandlers?.delete(id);
    client._progressHandlers?.delete(id);
  }
}

/** A transport that resumes a session shakes no hands: what the server says of itself stays unknown. */
function saidOf(client: HostClient): ServerSaid | undefined {
  return client.getServerCapabilities() === undefined ? undefined : { instructions: client.getInstructions?.() };
}
