import type { StoredRow } from '../chain/link.js';
import type { ResolvedQuery } from '../query/audit-query.js';

/** What is kept in one go: all of it or nothing. Lists of the same length belong together. */
export interface Batch {
  /** Texts of events. */
  readonly texts: readonly string[];
  /** What each is searched by. */
  readonly words: readonly string[];
  /** Ids of intents that events of the batch settle. */
  readonly settled: readonly string[];
  /** Ids of intents. */
  readonly intentIds: readonly string[];
  /** Texts of intents. */
  readonly intents: readonly string[];
  /** True: it must survive the loss of power. */
  readonly durable: boolean;
  /** True: somebody wants to see the rows. */
  readonly echo: boolean;
}

/** A batch that keeps events only. */
export function batchOf(texts: readonly string[], words: readonly string[]): Batch {
  return { texts, words, settled: [], intentIds: [], intents: [], durable: false, echo: false };
}

/** The ends of what a store holds. */
export interface Bounds {
  /** The newest event; place 0 where there has never been one. */
  readonly last: { readonly seq: number; readonly hash: string };
  /** Where retention cut off the beginning: a signed head in JSON. */
  readonly stub: string | undefined;
}

/** How much is kept. */
export interface Retention {
  /** Events that arrived before go, ISO 8601. */
  readonly before: string | undefined;
  /** The oldest go while the store is larger, in bytes. */
  readonly maxBytes: number | undefined;
}

/** A value, now or later. */
export type Maybe<T> = T | Promise<T>;

/** An open record. What it takes and gives is plain data, so that it can live in another thread. */
export interface Store {
  /** Chains and keeps a batch; gives back the rows of its events where somebody wants them. Where it throws, nothing was kept. */
  append(batch: Batch): Maybe<readonly StoredRow[]>;
  /** One page of events. */
  page(query: ResolvedQuery): Maybe<readonly (StoredRow & { readonly time: string })[]>;
  /** How many events a query is about; its limit and place are not looked at. */
  count(query: ResolvedQuery): Maybe<number>;
  /** Events behind a place, oldest first; behind `-Infinity` also those whose place no event of ours has. */
  read(afterSeq: number, limit: number): Maybe<readonly StoredRow[]>;
  /** The ends of the record. */
  bounds(): Maybe<Bounds>;
  /** What is wrong with the store besides its events, in words; undefined where nothing is. */
  inspect(): Maybe<string | undefined>;
  /** The newest event that may go by now; undefined where none may. */
  prunable(retention: Retention): Maybe<{ readonly seq: number; readonly hash: string } | undefined>;
  /** Removes all events up to a place and keeps the signed head of that place instead. */
  prune(seq: number, stub: string): Maybe<void>;
  /** Makes everything kept before survive the loss of power. */
  sync(): Maybe<void>;
  /** Lets go of the store. */
  close(): Maybe<void>;
}

/** How a store is opened: plain data. */
export interface StoreOptions {
  readonly kind: 'libsql' | 'jsonl' | 'postgres';
  /** A path, or a URL of PostgreSQL. */
  readonly place: string;
  /** `read` changes nothing and needs no right to write. */
  readonly access: 'read' | 'write';
  /** Bytes after which a JSONL file is put away and the next one begun. */
  readonly rotateBytes: number;
}

/**
 * Whether the head that a store keeps gives way to that of a removal up to a place. A removal that a crash has interrupted is
 * finished under its own head, which is the newer one.
 *
 * @param held - The head as it is kept; undefined where nothing was ever removed.
 * @throws SyntaxError where what is kept is no JSON.
 */
export function isOlderHead(held: string | undefined, seq: number): boolean {
  return held === undefined || (JSON.parse(held) as { seq: number }).seq < seq;
}
