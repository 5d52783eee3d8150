import type { z } from 'zod';
import type { Role } from './role.js';

/** One request that the controlplane answers. Routes, permissions and the OpenAPI document are all made from these. */
export interface Endpoint {
  /** Its name in the OpenAPI document, where generated clients take theirs from. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{name}` where a parameter stands. */
  readonly path: string;
  readonly summary: string;
  /** Who may ask; `public`: whoever reaches the port. */
  readonly roles: readonly Role[] | 'public';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The status of success. */
  readonly status: 200 | 201 | 204 | 303;
  /** The body of success; a text where it is no JSON. */
  readonly reply?: z.ZodType;
  /** What the body of success is. Default: `application/json`. */
  readonly mediaType?: string;
  /** Codes of errors besides those that any request can meet. */
  readonly errors?: readonly string[];
  /** True where `If-Match` with a revision is heeded. */
  readonly ifMatch?: boolean;
  /** Other headers of the request that are heeded, and what they do. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers of success besides those that any answer has, and what they say. */
  readonly replyHeaders?: Readonly<Record<string, string>>;
  /** Another status that is no error, and what it says. */
  readonly alsoStatus?: readonly [status: number, meaning: string];
}

/** Says of an endpoint what it is, and keeps its schemas' types. */
export function endpoint<const E extends Endpoint>(written: E): E {
  return written;
}

type Parsed<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What of a request an endpoint hands on once it was checked. */
export interface CheckedRequest<E extends Endpoint> {
  readonly params: Parsed<E['params']>;
  readonly query: Parsed<E['query']>;
  readonly body: Parsed<E['body']>;
}

/** What an endpoint answers with in success. */
export type Reply<E extends Endpoint> = Parsed<E['reply']>;
