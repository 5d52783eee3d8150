import type { z } from 'zod';
import { pathOf, readReply } from '../../connection/controlplane-client.js';
import type { Endpoint, Reply } from '../../wire/endpoint.js';

/** What of a request is not said by its endpoint. */
export interface AdministratorRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: object;
}

const PATIENCE_MS = 10_000;

/** Somebody with a key, who says over HTTP what the controlplane is to do: what curl would do, too. */
export class Administrator {
  readonly url: string;
  readonly #key: string;

  /**
   * @param url - The address of the controlplane.
   * @param key - Goes there and nowhere else.
   */
  constructor(url: string, key: string) {
    this.url = url;
    this.#key = key;
  }

  /**
   * Sends one request, and reads the answer as its endpoint has it.
   *
   * @throws Error where the answer is another one; the text names the request, the status and what the service says.
   */
  async ask<const E extends Endpoint>(endpoint: E, request: AdministratorRequest = {}): Promise<Reply<E>> {
    const path = pathOf(endpoint, request);
    const answer = await fetch(`${this.url}${path}`, {
      method: endpoint.method,
      headers: { Authorization: `Bearer ${this.#key}`, 'Content-Type': 'application/json' },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await answer.text();
    if (answer.status !== endpoint.status) throw new Error(`${endpoint.method} ${path}: ${answer.status} ${text}`);
    return readReply(text, endpoint.reply as z.ZodType) as Reply<E>;
  }
}
