import { randomUUID } from 'node:crypto';
import { declaresForms, toElicitationAnswer } from '../approval/read-elicitation.js';
import type { CallHost, Elicit, ElicitationAnswer } from '../call/call-host.js';
import type { ClientInfo, HostRequest } from '../call/host-request.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import type { ListedTools } from '../session/listed-tools.js';
import type { Message } from '../session/message.js';
import { toFrame } from './frame.js';
import type { Peer, Route } from './peer.js';

const META = 'io.modelcontextprotocol/';
/** The first protocol revision without a handshake: every request says of itself what it is. */
const MODERN = '2026-07-28';

/** How small a step of progress is: a tool's own begins at 0 or 1, and progress may only ever grow. */
const PROGRESS_STEP = 1e-9;

/** A question of ours that the client has not answered. */
interface Asked {
  readonly isSameCaller: (request: HostRequest) => boolean;
  readonly answer: (answer: ElicitationAnswer) => void;
}

/** The client of a session: what it says of itself, and what we ask it besides what its server does. */
export class ClientSide {
  readonly #peer: Peer;
  readonly #asked = new Map<unknown, Asked>();
  /** One object for all calls, by which callers are known. */
  #info: ClientInfo | undefined;
  #capabilities: unknown;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** Takes what the client says of itself when the session begins. */
  note(params: unknown): void {
    if (!isJsonObject(params)) return;
    const { clientInfo, capabilities } = params;
    this.#info = isJsonObject(clientInfo) ? Object.freeze({ ...clientInfo }) : undefined;
    this.#capabilities = capabilities;
  }

  /** A request of the client, as enforcement points know requests. */
  toRequest(params: JsonObject, route: Route | undefined, signal: AbortSignal | undefined): HostRequest {
    const { _meta } = params;
    const meta = isJsonObject(_meta) ? _meta : undefined;
    const said = meta?.[`${META}clientInfo`];
    return {
      door: 'proxy',
      sessionId: route?.sessionId,
      meta,
      signal,
      auth: route?.auth,
      client: isJsonObject(said) ? said : this.#info,
      transport: this.#peer.transport,
    };
  }

  /** What can be done for a call that waits for a person. */
  hostOf(request: HostRequest, fingerprint: () => string, route: Route | undefined): CallHost {
    const progressToken = request.meta?.['progressToken'];
    const canAsk = !isModern(request.meta) && declaresForms(this.#capabilities);
    return {
      fingerprint,
      ...(progressToken !== undefined && { reportProgress: this.#progressOf(progressToken, route) }),
      ...(canAsk && { elicitor: (isSameCaller: Asked['isSameCaller']) => this.#elicitor(isSameCaller, route) }),
    };
  }

  /** Takes what may be the answer to a question of ours; false where it is none. */
  answer({ id, result }: Message, route: Route | undefined): boolean {
    const asked = this.#asked.get(id);
    if (asked === undefined) return false;
    // Nobody else than whoever made the call may bring the answer.
    if (!asked.isSameCaller(this.toRequest({}, route, undefined))) return true;
    this.#asked.delete(id);
    asked.answer(toElicitationAnswer(result));
    return true;
  }

  #elicitor(isSameCaller: Asked['isSameCaller'], route: Route | undefined): Elicit {
    return ({ message, requestedSchema, signal }) =>
      new Promise((resolve, reject) => {
        const id = `mcp-governance/${randomUUID()}`;
        const stop = (): void => {
          if (!this.#asked.delete(id)) return;
          const params = { requestId: id, reason: 'Nobody waits for the answer any more.' };
          void this.#send({ method: 'notifications/cancelled', params }, route).catch(() => undefined);
          reject(new Error('nobody waits for the answer any more'));
        };
        const answer = (answered: ElicitationAnswer): void => {
          signal.removeEventListener('abort', stop);
          resolve(answered);
        };
        this.#asked.set(id, { isSameCaller, answer });
        signal.addEventListener('abort', stop, { once: true });
        this.#send({ id, method: 'elicitation/create', params: { message, requestedSchema } }, route).catch(reject);
      });
  }

  #progressOf(progressToken: unknown, route: Route | undefined): NonNullable<CallHost['reportProgress']> {
    let progress = 0;
    return async (message) => {
      progress += PROGRESS_STEP;
      await this.#send({ method: 'notifications/progress', params: { progressToken, progress, message } }, route);
    };
  }

  #send(message: Message, route: Route | undefined): Promise<void> {
    return this.#peer.send(toFrame({ jsonrpc: '2.0', ...message }), route);
  }
}

/** True for a request of protocol 2026-07-28 or later. */
export function isModern(meta: JsonObject | undefined): boolean {
  const version = meta?.[`${META}protocolVersion`];
  return typeof version === 'string' && version >= MODERN;
}

/** The fingerprint of a tool as it was listed last. */
export function fingerprintOf(listed: ListedTools, tool: string): () => string {
  return () => listed.fingerprintOf(tool);
}
