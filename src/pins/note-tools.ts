import type { Listing } from './listings.js';
import { MOST_SERVERS, MOST_TOOLS, NO_PINS, type Pin, type PinBook, type Pinned, withServer } from './pin-book.js';
import { LONGEST_NAME, type PinnedPart } from './pinned-part.js';

/** Of all tools of one server, as JSON: none can leave the others without room. */
const MOST_CHARACTERS = 2 * 1024 * 1024;

/** What is new about a server since its pins were looked at last. */
export type News =
  | { readonly kind: 'first_seen'; readonly tool: string }
  | { readonly kind: 'added'; readonly tool: string; readonly pin: Pin }
  | { readonly kind: 'changed'; readonly tool: string; readonly pin: Pin }
  | { readonly kind: 'removed'; readonly tool: string; readonly pin: Pin };

/** How what is seen comes to be pinned. */
export interface Noting {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** A definition as it may be kept. */
  readonly mask: (definition: PinnedPart['definition']) => PinnedPart['definition'];
  /** Whether somebody accepted a definition elsewhere. */
  readonly isAccepted: (tool: string, fingerprint: string) => boolean;
}

/**
 * Notes a page of a server's list of tools.
 *
 * Until a list was seen to its end, tools of pages that nobody saw before are pinned as they are; whatever comes later
 * was added, and waits.
 *
 * @param parts - What of each tool is pinned; undefined for one that cannot be.
 * @param news - Is told of all that is new.
 * @returns The very book where nothing is new.
 */
export function noteTools(
  book: PinBook,
  server: string,
  parts: ReadonlyMap<string, PinnedPart | undefined>,
  { page, all }: Listing,
  noting: Noting,
  news: (each: News) => void,
): PinBook {
  const before = book.get(server);
  if (before === undefined && !hasRoom(book, server)) return book;
  const { pages, complete, tools, instructions } = before ?? NO_PINS;
  const isFirst = !complete && (page === undefined || page > pages);
  const after = new Map(tools);
  let room: number | undefined;
  for (const [tool, part] of parts) {
    const pin = tools.get(tool);
    if (part === undefined || (pin === undefined && after.size >= MOST_TOOLS)) continue;
    const mayPass = (isFirst && pin === undefined) || noting.isAccepted(tool, part.fingerprint);
    const noted = notePart(pin, part, mayPass, noting);
    if (noted === pin) continue;
    room ??= MOST_CHARACTERS - charactersOf(tools);
    room -= charactersOf([[tool, noted]]) - (pin === undefined ? 0 : charactersOf([[tool, pin]]));
    if (room < 0) continue;
    after.set(tool, noted);
    if (pin === undefined && noted.pending === undefined) news({ kind: 'first_seen', tool });
    else if (noted.pending !== undefined && noted.pending !== pin?.pending) {
      news({ kind: noted.accepted === undefined ? 'added' : 'changed', tool, pin: noted });
    }
  }
  if (all !== undefined) noteMissing(after, all, noting.at, news);
  const next = {
    pages: Math.max(pages, page ?? 0),
    complete: complete || all !== undefined,
    instructions,
    tools: after,
  };
  const isSame = next.pages === pages && next.complete === complete && hasSame(after, tools);
  return isSame && before !== undefined ? book : withServer(book, server, next);
}

/**
 * Notes what is pinned of one thing.
 *
 * @param mayPass - True: it is accepted as it is.
 * @returns The very pin where nothing is new.
 */
export function notePart(
  pin: Pin | undefined,
  part: PinnedPart,
  mayPass: boolean,
  { at, mask }: Pick<Noting, 'at' | 'mask'>,
): Pin {
  const { fingerprint, definition } = part;
  const known = [pin?.accepted, pin?.pending].find((each) => each?.fingerprint === fingerprint);
  const seen = (): Pinned => known ?? { fingerprint, at, definition: mask(definition) };
  if (pin === undefined) {
    return mayPass
      ? { accepted: seen(), pending: undefined, missing: undefined }
      : { accepted: undefined, pending: seen(), missing: undefined };
  }
  const accepted = mayPass ? seen() : pin.accepted;
  const pending = accepted?.fingerprint === fingerprint ? undefined : seen();
  const isSame = accepted === pin.accepted && pending === pin.pending && pin.missing === undefined;
  return isSame ? pin : { accepted, pending, missing: undefined };
}

/** True where a server that is not known yet can be. */
export function hasRoom(book: PinBook, server: string): boolean {
  return book.size < MOST_SERVERS && server.length <= LONGEST_NAME;
}

function charactersOf(tools: Iterable<readonly [string, Pin]>): number {
  let characters = 0;
  for (const [tool, pin] of tools) characters += tool.length + JSON.stringify(pin).length;
  return characters;
}

function noteMissing(tools: Map<string, Pin>, all: ReadonlySet<string>, at: string, news: (each: News) => void): void {
  for (const [tool, pin] of tools) {
    if (all.has(tool) || pin.missing !== undefined) continue;
    if (pin.accepted === undefined) {
      // It came and went before anybody accepted it.
      tools.delete(tool);
      continue;
    }
    const missing: Pin = { ...pin, pending: undefined, missing: at };
    tools.set(tool, missing);
    news({ kind: 'removed', tool, pin: missing });
  }
}

function hasSame(one: ReadonlyMap<string, Pin>, other: ReadonlyMap<string, Pin>): boolean {
  return one.size === other.size && [...one].every(([name, pin]) => other.get(name) === pin);
}
