import type { z } from 'zod';
import type { Endpoint, Reply } from '../wire/endpoint.js';
import { JsonError, parseJson } from '../call/read-json.js';
import { ConnectionFault } from './connection-fault.js';
import type { HttpClient } from './http-client.js';

/** What of a request is not said by its endpoint. */
export interface AskOptions {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  /** What becomes the body, or its text where that is written already. */
  readonly body?: object | string | undefined;
  /** Milliseconds until the whole answer has to be there. */
  readonly timeoutMs: number;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Asks a controlplane in the words of `src/wire`; an answer that is none of those is a fault. */
export class ControlplaneClient {
  readonly #http: Pick<HttpClient, 'send'>;

  constructor(http: Pick<HttpClient, 'send'>) {
    this.#http = http;
  }

  /**
   * Asks, and checks the answer against the schema of its endpoint.
   *
   * @throws ConnectionFault for everything but a well-formed answer with a 2xx status.
   */
  async ask<const E extends Endpoint>(endpoint: E, options: AskOptions): Promise<Reply<E>> {
    const { body, timeoutMs, maxBytes, signal } = options;
    const { text } = await this.#http.send({
      method: endpoint.method as 'GET' | 'POST',
      path: pathOf(endpoint, options),
      body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
      timeoutMs,
      ...(maxBytes === undefined ? {} : { maxBytes }),
      signal,
    });
    return readReply(text, endpoint.reply as z.ZodType) as Reply<E>;
  }
}

/**
 * Reads an answer.
 *
 * @throws ConnectionFault where it is not what the schema says; the text names the member and no value.
 */
export function readReply<T>(text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (fault) {
    const code = fault instanceof JsonError && fault.reason === 'ambiguous' ? 'ambiguous' : 'json';
    throw new ConnectionFault('unusable', `the answer is ${(fault as Error).message}`, { code });
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const at = (read.error.issues[0]?.path ?? []).map(String).join('.').slice(0, 60);
  throw new ConnectionFault('unusable', `the answer is not what a controlplane says${at && ` (at ${at})`}`, {
    code: 'schema',
  });
}

/** The path of an endpoint with everything filled in. */
export function pathOf(
  { path }: Pick<Endpoint, 'path'>,
  { params = {}, query = {} }: Pick<AskOptions, 'params' | 'query'>,
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(wellFormed(params[name] ?? '')));
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return search.length === 0 ? filled : `${filled}?${search.join('&')}`;
}

/** Half a surrogate pair cannot be encoded. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
