import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../call/clock.js';
import type { Caller } from '../auth/caller.js';
import { INVALID_REQUEST, readFrames, type Frame } from '../../frame.js';
import type { Peer } from '../../peer.js';
import { isSingle, SESSION_REVISIONS } from '../revision.js';
import { agreeOnRevision, checkNamed, paramHeadersOf } from './agreement.js';
import type { HttpSession } from './http-session.js';
import type { HttpLimits } from './options.js';
import { Posted, requestsOf } from './posted.js';
import { readBody } from './read-body.js';
import { HttpRefusal, sendJson, SERVER_ERROR, UNSUPPORTED_REVISION } from './refusal.js';
import { checkGet, checkPost } from './request-head.js';
import type { Sessions } from './sessions.js';
import { SinglePost } from './single-post.js';

/** Told of every session, and of every request that is a session of its own, when it begins. */
export type OnSession = (peer: Peer, caller: Caller | undefined) => void;

/** What the endpoint is made of. */
export interface EndpointParts {
  readonly sessions: Sessions;
  readonly limits: Required<HttpLimits>;
  readonly clock: Clock;
  readonly onSession: OnSession;
  readonly takesSingles: boolean;
}

/** Who asks. */
export interface Asking {
  readonly caller: Caller | undefined;
  readonly owner: string;
}

/** The address that MCP is spoken at: what is done for POST, GET and DELETE once it is known who asks. */
export class Endpoint {
  readonly #parts: EndpointParts;
  /** Requests and streams that are open. */
  #open = 0;
  readonly #singles = new Map<Posted, SinglePost>();

  constructor(parts: EndpointParts) {
    this.#parts = parts;
  }

  /**
   * Serves a request of somebody who is known.
   *
   * @throws HttpRefusal for whatever is not served.
   */
  async serve(request: IncomingMessage, response: ServerResponse, asking: Asking): Promise<void> {
    const { method } = request;
    if (method !== 'POST' && method !== 'GET' && method !== 'DELETE') throw notAllowed('GET, POST, DELETE');
    if (isSingle(request.headers['mcp-protocol-version']) && method !== 'POST') throw notAllowed('POST');
    this.#occupy(response);
    if (method === 'POST') await this.#post(request, response, asking);
    else if (method === 'GET') this.#get(request, response, asking);
    else this.#delete(request, response, asking);
  }

  /** Ends what stands alone; sessions are ended by whoever keeps them. */
  close(): void {
    for (const [posted, single] of [...this.#singles]) {
      posted.fail('The proxy stops.', SERVER_ERROR, 503);
      single.leave();
    }
  }

  async #post(request: IncomingMessage, response: ServerResponse, asking: Asking): Promise<void> {
    checkPost(request);
    const { limits, sessions } = this.#parts;
    const reading = readFrames(await readBody(request, limits.maxBodyBytes));
    if ('refusal' in reading) {
      sendJson(response, 400, JSON.stringify(reading.refusal));
      return;
    }
    const { frames, isBatch } = reading;
    const sessionId = request.headers['mcp-session-id'];
    const begins = !isBatch && frames[0]?.message.method === 'initialize';
    // Where requests stand alone, the name of a session says nothing.
    const isAlone = begins || isSingle(request.headers['mcp-protocol-version']);
    const known = sessionId === undefined || isAlone ? undefined : sessions.find(sessionId, asking.owner);
    const revision = agreeOnRevision(request, frames, isBatch, known?.revision);
    const post = { request, response, frames, isBatch, revision, asking };
    if (isSingle(revision)) this.#single(post);
    else if (begins) this.#begin(post);
    else this.#pass(post, known ?? sessions.find(sessionId, asking.owner));
  }

  #begin(post: Post): void {
    const { request, frames, asking } = post;
    const id = frames[0]?.message.id;
    if (request.headers['mcp-session-id'] !== undefined) {
      throw new HttpRefusal(400, INVALID_REQUEST, 'Invalid request: this session has begun already.', { id });
    }
    if (id === undefined) throw new HttpRefusal(400, INVALID_REQUEST, 'Invalid request: initialize needs an id.');
    const session = this.#parts.sessions.begin(asking.owner);
    try {
      this.#parts.onSession(session, asking.caller);
    } catch (fault) {
      void session.close();
      throw fault;
    }
    this.#pass(post, session);
  }

  #pass(post: Post, session: HttpSession): void {
    const posted = this.#posted(post, session);
    session.take(posted, post.frames);
    if (requestsOf(post.frames).length === 0) posted.accept();
  }

  #single(post: Post): void {
    const [frame] = post.frames as readonly [Frame];
    if (!this.#parts.takesSingles) {
      throw new HttpRefusal(400, UNSUPPORTED_REVISION, 'Unsupported protocol version: begin a session.', {
        id: frame.message.id,
        data: { supported: SESSION_REVISIONS, requested: post.revision },
      });
    }
    const posted = this.#posted(post, undefined);
    const single = new SinglePost(frame, posted);
    this.#singles.set(posted, single);
    this.#parts.onSession(single, post.asking.caller);
  }

  #posted({ request, response, frames, isBatch, revision, asking }: Post, session: HttpSession | undefined): Posted {
    const { clock, limits } = this.#parts;
    return new Posted(
      {
        ...{ response, frames, isBatch, revision, clock },
        sessionId: session?.id,
        auth: asking.caller,
        paramHeaders: isSingle(revision) ? paramHeadersOf(request) : NO_HEADERS,
        slowReaderMs: limits.slowReaderMs,
      },
      session?.nextKept(),
      (posted) => {
        session?.release(posted);
        const single = this.#singles.get(posted);
        this.#singles.delete(posted);
        single?.leave();
      },
    );
  }

  #get(request: IncomingMessage, response: ServerResponse, { owner }: Asking): void {
    checkGet(request);
    const session = this.#parts.sessions.find(request.headers['mcp-session-id'], owner);
    checkNamed(request.headers['mcp-protocol-version'] as string | undefined, session.revision);
    session.open(response, request.headers['last-event-id'] as string | undefined);
  }

  #delete(request: IncomingMessage, response: ServerResponse, { owner }: Asking): void {
    const session = this.#parts.sessions.find(request.headers['mcp-session-id'], owner);
    checkNamed(request.headers['mcp-protocol-version'] as string | undefined, session.revision);
    session.leave('The client ended the session.');
    response.writeHead(204).end();
  }

  /** @throws HttpRefusal 503 where too much is open. */
  #occupy(response: ServerResponse): void {
    if (this.#open >= this.#parts.limits.maxStreams) {
      throw new HttpRefusal(503, SERVER_ERROR, 'Service Unavailable: too many requests are open.', {
        headers: { 'retry-after': '1' },
      });
    }
    this.#open++;
    response.on('close', () => this.#open--);
  }
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

interface Post {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly frames: readonly Frame[];
  readonly isBatch: boolean;
  readonly revision: string;
  readonly asking: Asking;
}

function notAllowed(allow: string): HttpRefusal {
  return new HttpRefusal(405, SERVER_ERROR, `Method Not Allowed: use ${allow}.`, { headers: { allow } });
}
