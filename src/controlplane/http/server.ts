import cookie from '@fastify/cookie';
import fastify, {
  LogController,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { randomUUID } from 'node:crypto';
import process from 'node:process';
import { AuditError } from '../../audit/audit-error.js';
import type { ErrorBody } from '../../wire/error.js';
import type { AnsweredRoute, Metrics } from './metrics.js';
import { Problem } from './problem.js';
import { readJson } from './read-body.js';

const MIB = 1024 * 1024;
/** How long a request may take to come in; how long its answer takes is another matter. */
const REQUEST_MS = 30_000;

/** What is counted and logged of requests for what there is not. */
const NO_ROUTE: AnsweredRoute = Object.freeze({ method: '(any)', path: '(none)', asks: false });

/** The levels of the log. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** What the service is made of. */
export interface ServerOptions {
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly metrics: Metrics;
  /** The proxies whose `X-Forwarded-For` is believed; none: the address of the connection is that of who asks. */
  readonly trustProxy: readonly string[];
}

/** What a fault of a database driver looks like when the database is away rather than the query wrong. */
const AWAY = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|57P0|08|53|SQLITE_BUSY)|^SQLITE_IOERR/;
const AWAY_TEXT = /timeout exceeded|Connection terminated|Query read timeout|not queryable|database is locked/i;

/** How often connections that have fallen idle are closed while the service stops. */
const SWEEP_MS = 50;
/** How long answers that are under way have to end. */
const LAST_ANSWERS_MS = 3_000;

/**
 * Takes no more requests and lets those that run end; what has not ended after 3 s is cut off.
 *
 * A connection whose answer ends while the service stops is not idle yet when Fastify looks, and would be kept open for as
 * long as its client likes.
 */
export async function closeServer(app: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => {
    app.server.closeIdleConnections();
  }, SWEEP_MS);
  const cut = setTimeout(() => {
    app.server.closeAllConnections();
  }, LAST_ANSWERS_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}

/** Makes the HTTP service without any route: how bodies are read, errors are written and requests are logged. */
export async function createServer({ logLevel, metrics, trustProxy }: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: MIB,
    trustProxy: trustProxy.length > 0 && [...trustProxy],
    requestTimeout: REQUEST_MS,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    logController: new LogController({ disableRequestLogging: true }),
    // One logger for all requests: each line below says itself which one it is about.
    childLoggerFactory: (logger) => logger,
    // What is logged is written out below: never a header, a query or a body.
    logger: {
      level: logLevel,
      base: null,
      redact: ['req.headers', 'headers'],
      serializers: { req: () => ({}) },
      // Standard output belongs to the program, which may be another than ours.
      stream: process.stderr,
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2000 },
    return503OnClosing: true,
    frameworkErrors: (error, request, reply) => {
      answerError(error, request, reply);
    },
  });
  // No hooks of its own on every request: few come with a cookie, and fewer get one.
  await app.register(cookie, { hook: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, readJson(text as string));
    } catch (problem) {
      done(problem as Error);
    }
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    answerError(new Problem('not_found', 'There is no such request: see GET /openapi.json.'), request, reply);
  });
  const isLogged = (level: 'debug' | 'info'): boolean => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(logLevel);
  app.decorateRequest('caller', null).decorateRequest('answers', null);
  app.addHook('onSend', (request, reply, _body, done) => {
    reply
      .header('x-request-id', request.id)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.answers ?? NO_ROUTE;
    const { method, path, asks } = route;
    const { statusCode: status, elapsedTime } = reply;
    metrics.answered(route, status, elapsedTime / 1000);
    // Doors ask thousands of times a second. What is worth a line is what changed something, or was refused.
    const level = status < 400 && asks ? 'debug' : 'info';
    if (isLogged(level)) {
      app.log[level]({ ...namesOf(request), method, route: path, status, ms: Math.round(elapsedTime) }, 'answered');
    }
    done();
  });
  return app;
}

/** How lines of the log name a request. */
function namesOf({ id, caller }: FastifyRequest): { readonly request_id: string; readonly caller?: string } {
  return caller === null ? { request_id: id } : { request_id: id, caller: caller.name };
}

function answerError(fault: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(fault);
  if (problem.status >= 500)
    request.log.error({ ...namesOf(request), fault: fault.name, text: fault.message, stack: fault.stack }, 'failed');
  const body: ErrorBody = {
    error: problem.code,
    message: problem.message,
    request_id: request.id,
    ...problem.details,
  };
  const { retry_after = problem.status === 503 ? 1 : undefined } = problem.details;
  if (typeof retry_after === 'number') reply.header('retry-after', String(retry_after));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  void reply.code(problem.status).type('application/json; charset=utf-8').send(body);
}

function toProblem(fault: FastifyError | Error): Problem {
  if (fault instanceof Problem) return fault;
  const { code = '', statusCode = 500 } = fault as Partial<FastifyError>;
  if (statusCode === 413) return new Problem('body_too_large');
  if (statusCode === 415) return new Problem('unsupported_media_type');
  if (statusCode >= 400 && statusCode < 500)
    return new Problem('invalid_request', `The request is malformed (${code}).`);
  if (fault instanceof AuditError || statusCode === 503 || AWAY.test(code) || AWAY_TEXT.test(fault.message))
    return new Problem('unavailable');
  return new Problem('internal_error');
}
