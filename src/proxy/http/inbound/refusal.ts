import type { ServerResponse } from 'node:http';
import { backgroundClock } from '../../../call/clock.js';
import { toRefusal } from '../../frame.js';

/** JSON-RPC 2.0, implementation-defined: the server cannot or will not. */
export const SERVER_ERROR = -32000;
/** MCP: there is no such session. */
export const NO_SESSION = -32001;
/** MCP 2026-07-28: headers and body of a request disagree. */
export const HEADER_MISMATCH = -32020;
/** MCP 2026-07-28: nobody here speaks the revision. */
export const UNSUPPORTED_REVISION = -32022;

/** Why a request is not served: an HTTP status and a JSON-RPC error. Its text quotes nothing of the request. */
export class HttpRefusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The id of the request where it was read. */
  readonly id: unknown;
  readonly data: unknown;

  constructor(
    status: number,
    code: number,
    message: string,
    { headers = {}, id, data }: { headers?: Readonly<Record<string, string>>; id?: unknown; data?: unknown } = {},
  ) {
    super(message);
    this.name = 'HttpRefusal';
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.id = id;
    this.data = data;
  }
}

/** Answers a request with a refusal. What is left of a body that was not read ends the connection. */
export function refuse(response: ServerResponse, { status, code, message, headers, id, data }: HttpRefusal): void {
  const refusal = toRefusal(id, code, message);
  const body = data === undefined ? refusal : { ...refusal, error: { code, message, data } };
  sendJson(response, status, JSON.stringify(body), headers);
}

/** Answers a request with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const isUnread = !response.req.complete;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(isUnread ? { connection: 'close' } : {}),
    ...headers,
  });
  if (isUnread) linger(response, text);
  else response.end(text);
}

/** How long the rest of a refused body is thrown away. */
const LINGER_MS = 5_000;

/**
 * Answers whoever is still sending, and throws away what comes. A connection that is cut at once would take the answer
 * with it.
 */
function linger(response: ServerResponse, text: string): void {
  const { req: request } = response;
  const callOff = backgroundClock.after(LINGER_MS, () => {
    response.end();
    request.destroy();
  });
  response.write(text);
  request
    .removeAllListeners('data')
    .on('end', () => response.end())
    .on('close', callOff)
    .resume();
}
