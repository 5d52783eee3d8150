import { MOST_TOOLS } from './pin-book.js';

/** Which part of a list of tools an answer is. */
export interface ListPart {
  /** What the part before gave; undefined for the first. */
  readonly cursor: string | undefined;
  /** What the next part is asked by; undefined for the last. */
  readonly nextCursor: string | undefined;
}

/** An answer to `tools/list` in the list that it belongs to. */
export interface Listing {
  /** Which page it is, from 1; undefined where nobody saw those before. */
  readonly page: number | undefined;
  /** The names of all tools, where this is the last page and those before were seen; otherwise undefined. */
  readonly all: ReadonlySet<string> | undefined;
}

interface Begun {
  readonly page: number;
  readonly names: ReadonlySet<string>;
}

/** So many lists that are not at their end are remembered, the newest of them. */
const MOST_BEGUN = 1_000;
const LONGEST_CURSOR = 4_096;

/** Puts lists together that servers give page by page: what a list does not name is only known at its end. */
export class Listings {
  /** By server and cursor of the page to come. */
  readonly #begun = new Map<string, Begun>();

  /** Notes a page. */
  note(server: string, { cursor, nextCursor }: ListPart, names: Iterable<string>): Listing {
    const before = cursor === undefined ? { page: 0, names: [] } : this.#begun.get(keyOf(server, cursor));
    if (before === undefined) return { page: undefined, all: undefined };
    const page = before.page + 1;
    const all = new Set([...before.names, ...names]);
    if (nextCursor === undefined) return { page, all };
    if (all.size > 2 * MOST_TOOLS || nextCursor.length > LONGEST_CURSOR) return { page, all: undefined };
    if (this.#begun.size >= MOST_BEGUN) this.#begun.delete(this.#begun.keys().next().value as string);
    this.#begun.set(keyOf(server, nextCursor), { page, names: all });
    return { page, all: undefined };
  }
}

function keyOf(server: string, cursor: string): string {
  return JSON.stringify([server, cursor]);
}
