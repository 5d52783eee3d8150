import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { evaluation, policyCheck } from '../../wire/checks.js';
import type { CheckedRequest, Endpoint, Reply } from '../../wire/endpoint.js';
import { followLink } from '../../wire/keys.js';
import type { Caller } from '../keys/caller.js';
import { check } from './check.js';
import type { AnsweredRoute } from './metrics.js';
import { Problem } from './problem.js';

/** What a handler gets of a request. */
export interface Asked<E extends Endpoint> extends CheckedRequest<E> {
  readonly caller: E['roles'] extends 'public' ? undefined : Caller;
  /** The revision of `If-Match`; undefined where none was sent, or `*`. */
  readonly ifMatch: number | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What a handler gives back that has answered by itself. */
export const ANSWERED: { readonly answered: true } = Object.freeze({ answered: true });

type Answer<E extends Endpoint> = Reply<E> | typeof ANSWERED;

/** Answers one endpoint: what it gives back is the body. */
export type Handler<E extends Endpoint> = (asked: Asked<E>) => Answer<E> | Promise<Answer<E>>;

/** Adds endpoints with what answers them. */
export type AddRoute = <E extends Endpoint>(endpoint: E, handler: Handler<E>) => void;

/** Says who asks; at once where that is known, because most requests come from doors that asked a moment ago. */
export type Authenticate = (request: FastifyRequest, endpoint: Endpoint) => Caller | Promise<Caller>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null before that is known, and where anybody may ask. */
    caller: Caller | null;
    /** What it asks for; null where there is no such thing. */
    answers: AnsweredRoute | null;
  }
}

/** Requests that change nothing, though they are sent. */
const ASKING: ReadonlySet<Endpoint> = new Set<Endpoint>([policyCheck, evaluation]);

/** A link opens a session, though it is only fetched. */
const CHANGING: ReadonlySet<Endpoint> = new Set<Endpoint>([followLink]);

/** Makes the function that adds endpoints to a service. */
export function createAddRoute(app: FastifyInstance, authenticate: Authenticate): AddRoute {
  return (endpoint, handler) => {
    const type = endpoint.mediaType ?? 'application/json; charset=utf-8';
    const answer = (reply: FastifyReply, body: unknown): void => {
      if (body === ANSWERED) return;
      if (reply.statusCode === 200) reply.code(endpoint.status);
      reply.type(type).send(body);
    };
    const url = endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const asks = (endpoint.method === 'GET' && !CHANGING.has(endpoint)) || ASKING.has(endpoint);
    const route: AnsweredRoute = { method: endpoint.method, path: url, asks };
    app.route({
      method: endpoint.method,
      url,
      exposeHeadRoute: false,
      onRequest: (request, _reply, done) => {
        request.answers = route;
        if (endpoint.roles === 'public') return done();
        const caller = authenticate(request, endpoint);
        const proceed = (known: Caller): void => {
          request.caller = known;
          done();
        };
        if (caller instanceof Promise) caller.then(proceed, done);
        else proceed(caller);
      },
      handler: (request, reply) => {
        const asked = {
          params: endpoint.params && check(endpoint.params, request.params, 'path'),
          query: endpoint.query && check(endpoint.query, request.query, 'query'),
          body: endpoint.body && check(endpoint.body, request.body, 'body'),
          caller: request.caller ?? undefined,
          ifMatch: endpoint.ifMatch === true ? revisionOf(request.headers['if-match']) : undefined,
          request,
          reply,
        };
        const body = handler(asked as unknown as Asked<typeof endpoint>);
        if (!(body instanceof Promise)) return answer(reply, body);
        body.then(
          (ready: unknown) => answer(reply, ready),
          (fault: unknown) => reply.send(fault),
        );
      },
    });
  };
}

function revisionOf(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const number = /^\s*(?:W\/)?(?:"(\d{1,9})"|(\d{1,9}))\s*$/.exec(header);
  if (number === null) throw new Problem('invalid_request', 'If-Match must be one revision, such as "12".');
  return Number(number[1] ?? number[2]);
}

/**
 * Refuses a change of what was changed since it was read.
 *
 * @throws Problem with the revision it has now.
 */
export function checkRevision(ifMatch: number | undefined, revision: number): void {
  if (ifMatch === undefined || ifMatch === revision) return;
  throw new Problem('revision_mismatch', `It was changed since: it is at revision ${revision} now.`, { revision });
}
