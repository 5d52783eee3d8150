import { isJsonObject } from '../../../call/json.js';
import type { Message } from '../../../session/message.js';
import type { Frame } from '../../frame.js';
import { encodeHeader, nameOf } from '../mirrored-headers.js';
import type { ParamHeaders } from '../param-headers.js';
import { claimedRevision, isSingle } from '../revision.js';
import type { Answer } from './origin.js';
import { UpstreamFault } from './upstream-fault.js';

/** What the two sides agreed on, and what every request has to say of it. */
export class UpstreamSession {
  /** The server's name for the session; undefined where it gave none. */
  id: string | undefined;
  /** The revision that was agreed on; undefined before that. */
  revision: string | undefined;
  /** What began the session, to begin it anew. */
  begun: Frame | undefined;
  readonly #params: ParamHeaders;

  constructor(params: ParamHeaders) {
    this.#params = params;
  }

  /** The headers of a POST, as the message that was judged has them. */
  headersOf(message: Message, single: string | undefined): Record<string, string> {
    const headers: Record<string, string> = {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    };
    if (single === undefined) return message.method === 'initialize' ? headers : { ...headers, ...this.headers() };
    headers['mcp-protocol-version'] = single;
    if (typeof message.method === 'string') headers['mcp-method'] = encodeHeader(message.method);
    const name = nameOf(message);
    if (name !== undefined) headers['mcp-name'] = encodeHeader(name);
    return Object.assign(headers, this.#params.of(message));
  }

  /** The headers of every request within the session. */
  headers(): Record<string, string> {
    return {
      ...(this.id === undefined ? {} : { 'mcp-session-id': this.id }),
      ...(this.revision === undefined ? {} : { 'mcp-protocol-version': this.revision }),
    };
  }

  /**
   * Takes the name of the session from the answer to `initialize`.
   *
   * @throws UpstreamFault for a name that is none.
   */
  named({ headers }: Answer): void {
    const id = headers['mcp-session-id'];
    if (id !== undefined && (typeof id !== 'string' || !/^[\x21-\x7e]{1,1024}$/.test(id))) {
      throw new UpstreamFault('The upstream server gave the session a name that is none.');
    }
    this.id = id;
  }

  /** Takes what was agreed on, and what tools declare, from an answer. */
  note(asked: Message, { result }: Message): void {
    if (!isJsonObject(result)) return;
    if (asked.method === 'tools/list') this.#params.note(result);
    if (asked.method !== 'initialize') return;
    const revision = result['protocolVersion'];
    if (typeof revision === 'string' && /^[\x21-\x7e]{1,64}$/.test(revision)) this.revision = revision;
  }
}

/** The revision of a message that stands alone; undefined where it belongs to a session. */
export function singleRevisionOf(message: Message, routeRevision: string | undefined): string | undefined {
  const claim = claimedRevision(message);
  return isSingle(claim) ? claim : routeRevision;
}
