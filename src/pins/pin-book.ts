import type { JsonObject } from '../call/json.js';

/** A definition as it was pinned. */
export interface Pinned {
  /** SHA-256 over the definition itself, in hex. */
  readonly fingerprint: string;
  /** The definition with a mark in place of every secret, for people to compare. */
  readonly definition: JsonObject;
  /** When it was seen or accepted, ISO 8601 in UTC. */
  readonly at: string;
}

/** What is known of one tool, or of the instructions of a server. */
export interface Pin {
  /** What may be used; undefined where nobody accepted it yet. */
  readonly accepted: Pinned | undefined;
  /** What was seen since and waits to be accepted; undefined where that is nothing else. */
  readonly pending: Pinned | undefined;
  /** Since when a complete list does not name the tool, ISO 8601 in UTC; undefined where it does. */
  readonly missing: string | undefined;
}

/** The pins of one server. */
export interface ServerPins {
  /** How many pages of its list were seen. */
  readonly pages: number;
  /** True once a list was seen to its end: tools that come later were added. */
  readonly complete: boolean;
  /** Of `instructions`; undefined where no door has told them. */
  readonly instructions: Pin | undefined;
  readonly tools: ReadonlyMap<string, Pin>;
}

/** The pins of all servers, by the names that policies match. Never changed: a change makes another. */
export type PinBook = ReadonlyMap<string, ServerPins>;

/** A server of which nothing is known yet. */
export const NO_PINS: ServerPins = Object.freeze({
  pages: 0,
  complete: false,
  instructions: undefined,
  tools: new Map<string, Pin>(),
});

/** Most servers in one book. */
export const MOST_SERVERS = 1_000;
/** Most tools of one server. */
export const MOST_TOOLS = 5_000;

/** A book with one server's pins in place of those before. */
export function withServer(book: PinBook, name: string, pins: ServerPins): PinBook {
  return new Map(book).set(name, pins);
}

/** What of a pin somebody has to look at. */
export type Waiting = 'changed' | 'added' | 'removed';

/** What waits to be accepted; undefined where all is as it was accepted. */
export function waitingOf({ accepted, pending, missing }: Pin): Waiting | undefined {
  if (pending !== undefined) return accepted === undefined ? 'added' : 'changed';
  return missing === undefined ? undefined : 'removed';
}
