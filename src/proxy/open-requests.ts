import { isJsonObject } from '../call/json.js';
import { isId, type Message } from '../session/message.js';
import { Turnover } from '../session/turnover.js';
import type { Route } from './peer.js';

/** A request of the client that has no answer yet. */
export interface OpenRequest {
  readonly method: unknown;
  readonly route: Route | undefined;
  readonly progressToken: unknown;
}

/** Requests of a client until they are answered: by which route each one came, and so its answer goes. */
export class OpenRequests {
  readonly #open = new Turnover<string | number, OpenRequest>();
  readonly #routes = new Turnover<unknown, Route>();

  /** How many are under way. */
  get size(): number {
    return this.#open.size;
  }

  /** True where a request of this id is under way. */
  has(id: string | number): boolean {
    return this.#open.has(id);
  }

  /** Keeps a request in mind. */
  add(id: string | number, { method, params }: Message, route: Route | undefined): void {
    const meta = route !== undefined && isJsonObject(params) ? params['_meta'] : undefined;
    const progressToken = isJsonObject(meta) ? meta['progressToken'] : undefined;
    if (route !== undefined && progressToken !== undefined) this.#routes.set(progressToken, route);
    this.#open.set(id, { method, route, progressToken });
  }

  /** Gives back the request that an answer belongs to, once; clients read an id as a number, whatever it is. */
  take(id: unknown): OpenRequest | undefined {
    if (!isId(id)) return undefined;
    const key = this.#open.has(id) ? id : Number(id);
    const request = this.#open.get(key);
    if (request === undefined) return undefined;
    this.#open.delete(key);
    this.#routes.delete(request.progressToken);
    return request;
  }

  /** The route of the request that a progress message belongs to. */
  routeOf({ params }: Message): Route | undefined {
    if (this.#routes.size === 0 || !isJsonObject(params)) return undefined;
    return this.#routes.get(params['progressToken']);
  }
}
