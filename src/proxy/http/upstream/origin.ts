import { Pool, type Dispatcher } from 'undici';
import type { ResolvedUpstream } from './options.js';

/** The head of an answer, and its body, which has to be read or thrown away. */
export type Answer = Dispatcher.ResponseData;

/** One request to an upstream server. */
export interface OriginRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the origin; default: what the address says. */
  readonly path?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Milliseconds of silence after which it is given up; 0 for a stream that may be silent for ever. */
  readonly silenceMs?: number;
}

/** A little of what is of no interest is read, so that the connection can be used again. */
const LITTLE = 16_384;
const KEEP_ALIVE_MS = 30_000;

/** Sends requests to the origin of one upstream server and nowhere else: no redirect is followed. */
export class Origin {
  readonly url: URL;
  readonly #pool: Pool;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #silenceMs: number;

  constructor({ url, headers, limits }: ResolvedUpstream) {
    this.url = url;
    this.#headers = headers;
    this.#silenceMs = limits.silenceMs;
    this.#pool = new Pool(url.origin, {
      connectTimeout: limits.connectMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: LITTLE,
      pipelining: 1,
    });
  }

  /** Sends a request; resolves with the head of the answer. */
  send({ method, path, headers, body, signal, silenceMs = this.#silenceMs }: OriginRequest): Promise<Answer> {
    return this.#pool.request({
      method,
      path: path ?? `${this.url.pathname}${this.url.search}`,
      headers: { 'accept-encoding': 'identity', ...this.#headers, ...headers },
      body: body ?? null,
      signal,
      headersTimeout: this.#silenceMs,
      bodyTimeout: silenceMs,
    });
  }

  /** Ends all connections. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

/** Throws the body of an answer away; a long one ends its connection. */
export async function discard({ body }: Answer): Promise<void> {
  await body.dump({ limit: LITTLE }).catch(() => undefined);
}

/** The type of the body of an answer, in lower case and without parameters. */
export function typeOf({ headers }: Answer): string {
  const said = headers['content-type'];
  return (typeof said === 'string' ? said : '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
