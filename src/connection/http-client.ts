import type { Socket } from 'node:net';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import type { Clock } from '../call/clock.js';
import { ConnectionFault, faultOfStatus } from './connection-fault.js';

/** One request to a controlplane. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Below the address of the controlplane, with a leading slash, and with its query. */
  readonly path: string;
  /** JSON. */
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the whole answer has to be there. */
  readonly timeoutMs: number;
  /** Most bytes of the answer. Default 1,048,576. */
  readonly maxBytes?: number;
  /** Gives the request up. */
  readonly signal?: AbortSignal | undefined;
}

/** What came back in success. */
export interface HttpAnswer {
  readonly status: number;
  readonly etag: string | undefined;
  /** Empty where the status says that nothing changed. */
  readonly text: string;
}

/** A stream that is open; whoever reads it ends it by leaving the loop. */
export interface OpenStream {
  readonly chunks: AsyncIterable<Buffer>;
  /** Ends it; reading on throws. */
  readonly close: () => void;
}

/** Where a controlplane is, and as whom it is asked. */
export interface HttpClientOptions {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly clock: Clock;
  /** Most connections at once; further requests wait for one, as long as their deadline lets them. */
  readonly connections: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;
const MAX_BYTES = 1024 ** 2;
const LONGEST_RETRY_MS = 300_000;

/**
 * Sends requests to one controlplane and nowhere else.
 *
 * The key goes to that origin alone: no redirect is followed. An answer has one deadline for all of it, a bound on its size,
 * and may not be compressed, so that nothing small unpacks to something large. Its connections keep no process alive.
 */
export class HttpClient {
  readonly #pool: Pool;
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #clock: Clock;

  constructor({ apiUrl, apiKey, clock, connections }: HttpClientOptions) {
    const { origin, pathname } = new URL(apiUrl);
    this.#pool = new Pool(origin, {
      connect: quietConnector(),
      connections,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // How long an answer may take is the request's own deadline.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#base = pathname === '/' ? '' : pathname;
    this.#headers = { authorization: `Bearer ${apiKey}`, accept: 'application/json' };
    this.#clock = clock;
  }

  /**
   * Sends a request and reads the whole answer.
   *
   * @throws ConnectionFault for everything but a JSON answer with a 2xx status, or a 304.
   */
  send(request: HttpRequest): Promise<HttpAnswer> {
    return this.#within(request, async (signal) => {
      const { statusCode: status, headers, body } = await this.#request(request, signal, {});
      if (status === 304) {
        await discard(body);
        return { status, etag: one(headers['etag']), text: '' };
      }
      await this.#refuseUnlessOk(status, headers, body);
      await refuseUnlessPlain(headers, body, 'application/json');
      const text = await readBounded(body, request.maxBytes ?? MAX_BYTES);
      return { status, etag: one(headers['etag']), text };
    });
  }

  /**
   * Opens a stream of server-sent events; the deadline is for its beginning only.
   *
   * @throws ConnectionFault where it does not begin as one.
   */
  stream(request: HttpRequest): Promise<OpenStream> {
    return this.#within(request, async (signal, close) => {
      const { statusCode, headers, body } = await this.#request(request, signal, { accept: 'text/event-stream' });
      await this.#refuseUnlessOk(statusCode, headers, body);
      await refuseUnlessPlain(headers, body, 'text/event-stream');
      return { chunks: body as AsyncIterable<Buffer>, close };
    });
  }

  /** Ends all connections; requests that are under way fail. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }

  #request(
    { method, path, body, headers }: HttpRequest,
    signal: AbortSignal,
    accept: Readonly<Record<string, string>>,
  ): Promise<Dispatcher.ResponseData> {
    return this.#pool.request({
      method,
      path: `${this.#base}${path}`,
      headers: {
        ...this.#headers,
        ...accept,
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body ?? null,
      signal,
    });
  }

  async #within<T>(
    { timeoutMs, signal }: HttpRequest,
    work: (signal: AbortSignal, giveUp: () => void) => Promise<T>,
  ): Promise<T> {
    const over = new AbortController();
    const giveUp = (): void =>
      over.abort(new ConnectionFault('unreachable', 'the request was given up', { code: 'gone' }));
    const callOff = this.#clock.after(timeoutMs, () => {
      // An answer that came while this process did other things lies ready: it is read first.
      setImmediate(() => {
        over.abort(new ConnectionFault('timeout', `the controlplane did not answer within ${timeoutMs} ms`));
      });
    });
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
    try {
      return await work(over.signal, giveUp);
    } catch (fault) {
      throw over.signal.aborted ? over.signal.reason : toFault(fault);
    } finally {
      callOff();
      signal?.removeEventListener('abort', giveUp);
    }
  }

  async #refuseUnlessOk(status: number, headers: Headers, body: Body): Promise<void> {
    if (status >= 200 && status < 300) return;
    await discard(body);
    throw faultOfStatus(status, retryAfter(headers, this.#clock.now()));
  }
}

type Headers = Dispatcher.ResponseData['headers'];
type Body = Dispatcher.ResponseData['body'];

async function refuseUnlessPlain(headers: Headers, body: Body, mediaType: string): Promise<void> {
  const type = one(headers['content-type'])?.split(';', 1)[0]?.trim().toLowerCase();
  const encoding = one(headers['content-encoding']) ?? 'identity';
  if (type === mediaType && encoding === 'identity') return;
  await discard(body);
  throw type === mediaType
    ? new ConnectionFault('unusable', 'the answer is compressed, which nobody asked for', { code: 'compressed' })
    : new ConnectionFault('unusable', `the answer is no ${mediaType}: what answered is no controlplane`, {
        code: 'media_type',
      });
}

async function readBounded(body: Body, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > maxBytes) {
      throw new ConnectionFault('unusable', `the answer is larger than ${maxBytes} bytes`, { code: 'too_large' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}

/** Reads a little of what is of no interest, so that the connection can be used again; a long one is cut off. */
async function discard(body: Body): Promise<void> {
  await body.dump({ limit: 16_384 }).catch(() => undefined);
}

function toFault(fault: unknown): ConnectionFault {
  if (fault instanceof ConnectionFault) return fault;
  const { code } = fault as { code?: unknown };
  const known = typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : 'unreachable';
  return new ConnectionFault('unreachable', `the controlplane cannot be reached (${known})`, { code: known });
}

/** Seconds or a date, as RFC 9110 (10.2.3) has it; bounded, for nobody is to be told to wait for ever. */
function retryAfter(headers: Headers, now: number): number | undefined {
  const said = one(headers['retry-after']);
  if (said === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(said) ? Number(said) * 1000 : Date.parse(said) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_RETRY_MS) : undefined;
}

function one(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** Connects as undici does, with sockets that keep no process alive: whoever waits has a timer that does. */
function quietConnector(): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS }) as (...args: readonly unknown[]) => Socket;
  return (options, callback) => {
    const socket = connect(options, callback);
    socket.unref();
    socket.ref = () => socket;
    return socket;
  };
}
