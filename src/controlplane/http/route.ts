import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CheckedRequest, Endpoint, Reply } from '../../wire/endpoint.js';
import type { Caller } from '../keys/caller.js';
import { check } from './check.js';
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

/** Says who asks. */
export type Authenticate = (request: FastifyRequest, endpoint: Endpoint) => Promise<Caller>;

/** Makes the function that adds endpoints to a service. */
export function createAddRoute(app: FastifyInstance, authenticate: Authenticate): AddRoute {
  return (endpoint, handler) => {
    const callers = new WeakMap<FastifyRequest, Caller>();
    app.route({
      method: endpoint.method,
      url: endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      exposeHeadRoute: false,
      onRequest: async (request) => {
        if (endpoint.roles === 'public') return;
        const caller = await authenticate(request, endpoint);
        callers.set(request, caller);
        request.log = request.log.child({ caller: caller.name });
      },
      handler: async (request, reply) => {
        const { params, query, body } = endpoint;
        const asked = {
          params: params && check(params, request.params, 'path'),
          query: query && check(query, request.query, 'query'),
          body: body && check(body, request.body, 'body'),
          caller: callers.get(request),
          ifMatch: endpoint.ifMatch === true ? revisionOf(request.headers['if-match']) : undefined,
          request,
          reply,
        };
        const answer = await handler(asked as unknown as Asked<typeof endpoint>);
        if (answer === ANSWERED) return reply;
        if (reply.statusCode === 200) reply.code(endpoint.status);
        reply.type(endpoint.mediaType ?? 'application/json; charset=utf-8');
        return reply.send(answer);
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
