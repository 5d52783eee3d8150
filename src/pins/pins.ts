import type { Clock } from '../call/clock.js';
import { isJsonObject, type JsonObject } from '../call/json.js';
import { type DiffLine, diffDefinitions } from './diff.js';
import { Listings, type ListPart } from './listings.js';
import { LiveDefinitions, NOT_PINNABLE } from './live-definitions.js';
import { hasRoom, type News, notePart, noteTools } from './note-tools.js';
import { MOST_SERVERS, NO_PINS, type Pin, type PinBook, withServer } from './pin-book.js';
import { PinError } from './pin-error.js';
import { LONGEST_NAME, pinnedInstructions, type PinnedPart, pinnedTool } from './pinned-part.js';
import type { PinStore } from './pin-store.js';
import { findResemblances, type Resemblance } from './resemblances.js';

/** What is told of pins, each once a process. */
export type PinReport =
  | {
      readonly kind: 'changed' | 'added' | 'removed';
      readonly server: string;
      readonly tool: string;
      readonly diff: readonly DiffLine[];
    }
  | { readonly kind: 'instructions'; readonly server: string; readonly diff: readonly DiffLine[] }
  | { readonly kind: 'not_pinnable'; readonly server: string; readonly tool: string }
  /** What comes now of this server is not told of any more. */
  | { readonly kind: 'more'; readonly server: string }
  | { readonly kind: 'unavailable'; readonly fault: unknown }
  | Resemblance;

/** What a call of a tool has to know of its pin. */
export type Standing =
  /** It is as it was accepted, or nothing of its server was seen yet. */
  | 'accepted'
  | 'changed'
  /** It came after the list of its server was complete, or is not listed at all. */
  | 'added'
  /** The instructions of its server are not those that were accepted. */
  | 'instructions'
  /** The pins cannot be known. */
  | PinError;

/** What pins stand on. */
export interface PinsOptions {
  readonly store: PinStore;
  readonly clock: Clock;
  /** A definition with a mark in place of every secret. */
  readonly mask: (definition: JsonObject) => JsonObject;
  /** Whether a definition was accepted for the whole fleet. */
  readonly isAccepted: (server: string, tool: string, fingerprint: string) => boolean;
  readonly onReport: (report: PinReport) => void;
}

/** Of one server: it must not be able to fill a log by what it lists. */
const MOST_TOLD = 100;
const ALL: ListPart = Object.freeze({ cursor: undefined, nextCursor: undefined });

/** Keeps in mind how servers defined their tools when those were first seen, and tells what is no longer so. */
export class Pins {
  readonly #options: PinsOptions;
  readonly #listings = new Listings();
  readonly #live = new LiveDefinitions();
  /** By server, what was told of. */
  readonly #told = new Map<string, Set<string>>();
  /** Why what was seen last could not be kept. */
  #notKept: PinError | undefined;

  constructor(options: PinsOptions) {
    this.#options = options;
  }

  /**
   * Notes what a server answered to `tools/list`; resolves, and never rejects, once that is kept, or was told to be a fault.
   *
   * @param tools - As the server listed them; what is no tool is left out.
   * @param part - Which part of the list it is. Default: all of it.
   */
  async listed(server: string, tools: readonly unknown[], part: ListPart = ALL): Promise<void> {
    const parts = partsOf(tools);
    const listing = this.#listings.note(server, part, parts.keys());
    // What is not pinned yet is no change: it counts once it could be kept.
    this.#live.note(server, parts, this.#current()?.get(server) ?? NO_PINS);
    let news: News[] = [];
    let isNew = false;
    const after = await this.#update((book) => {
      news = [];
      isNew = !book.has(server);
      return noteTools(book, server, parts, listing, this.#noting(server), (each) => news.push(each));
    });
    this.#live.note(server, parts, undefined);
    if (after === undefined) return;
    const kept = after.get(server);
    for (const [tool, part] of parts) {
      const pin = kept?.tools.get(tool);
      const isKept =
        part !== undefined && [pin?.accepted, pin?.pending].some((each) => each?.fingerprint === part.fingerprint);
      if (!isKept) this.#tell(part?.fingerprint ?? '', { kind: 'not_pinnable', server, tool });
    }
    for (const each of news) if (each.kind !== 'first_seen') this.#tellNews(server, each);
    const unknown = news.filter(({ kind }) => kind === 'first_seen' || kind === 'added').map(({ tool }) => tool);
    for (const each of findResemblances(after, server, isNew, unknown)) {
      this.#tell(JSON.stringify(each.other), each);
    }
  }

  /** Notes the instructions of a server; resolves, and never rejects, once that is kept, or was told to be a fault. */
  async instructed(server: string, instructions: string | undefined): Promise<void> {
    const part = pinnedInstructions(instructions);
    const fingerprint = part?.fingerprint ?? NOT_PINNABLE;
    if (part === undefined || this.#current()?.get(server)?.instructions !== undefined) {
      this.#live.noteInstructions(server, fingerprint);
    }
    if (part === undefined) {
      this.#tell('', { kind: 'instructions', server, diff: [{ sign: ' ', text: 'they are too long to be pinned' }] });
      return;
    }
    let noted: Pin | undefined;
    const after = await this.#update((book) => {
      const pins = book.get(server) ?? NO_PINS;
      noted = notePart(pins.instructions, part, pins.instructions === undefined, this.#noting(server));
      if (noted === pins.instructions || (pins === NO_PINS && !hasRoom(book, server))) return book;
      return withServer(book, server, { ...pins, instructions: noted });
    });
    this.#live.noteInstructions(server, fingerprint);
    if (after === undefined || noted?.pending === undefined) return;
    const diff = diffDefinitions(noted.accepted?.definition, noted.pending.definition);
    this.#tell(noted.pending.fingerprint, { kind: 'instructions', server, diff });
  }

  /** How a tool stands at this moment. */
  standing(server: string, tool: string): Standing {
    let book: PinBook;
    try {
      book = this.#options.store.current();
    } catch (fault) {
      return this.#unavailable(fault);
    }
    const pins = book.get(server);
    const live = this.#live.of(server);
    const told = live?.instructions ?? latestOf(pins?.instructions);
    if (told !== undefined && told !== pins?.instructions?.accepted?.fingerprint) {
      return this.#refusing('instructions', pins?.instructions);
    }
    const pin = pins?.tools.get(tool);
    const seen = live?.tools.get(tool) ?? latestOf(pin);
    if (seen === undefined) return pins?.complete === true || live?.isFull === true ? 'added' : 'accepted';
    if (pin?.accepted?.fingerprint === seen || this.#options.isAccepted(server, tool, seen)) return 'accepted';
    return this.#refusing(pin?.accepted === undefined ? 'added' : 'changed', pin);
  }

  /** What was seen for the first time and could not be kept was not refused by anybody. */
  #refusing(standing: Standing, pin: Pin | undefined): Standing {
    return pin === undefined ? (this.#notKept ?? standing) : standing;
  }

  #noting(server: string) {
    const { clock, mask, isAccepted } = this.#options;
    return {
      at: new Date(clock.now()).toISOString(),
      mask,
      isAccepted: (tool: string, fingerprint: string) => isAccepted(server, tool, fingerprint),
    };
  }

  #current(): PinBook | undefined {
    try {
      return this.#options.store.current();
    } catch {
      // Whatever is changed now is told of when it is to be kept.
      return undefined;
    }
  }

  async #update(change: (book: PinBook) => PinBook): Promise<PinBook | undefined> {
    try {
      const after = await this.#options.store.update(change);
      this.#notKept = undefined;
      return after;
    } catch (fault) {
      this.#notKept = this.#unavailable(fault);
      return undefined;
    }
  }

  #unavailable(fault: unknown): PinError {
    const error = fault instanceof PinError ? fault : new PinError('The pins cannot be used.', { cause: fault });
    this.#tell(error.message, { kind: 'unavailable', fault: error });
    return error;
  }

  #tellNews(server: string, { kind, tool, pin }: Exclude<News, { kind: 'first_seen' }>): void {
    const diff = kind === 'removed' ? [] : diffDefinitions(pin.accepted?.definition, pin.pending?.definition);
    this.#tell(pin.pending?.fingerprint ?? '', { kind, server, tool, diff });
  }

  #tell(what: string, report: PinReport): void {
    const { server = '', tool = '' } = report as { readonly server?: string; readonly tool?: string };
    const told = this.#told.get(server) ?? new Set<string>();
    const key = JSON.stringify([report.kind, tool, what]);
    if (told.has(key) || told.size >= MOST_TOLD || (!this.#told.has(server) && this.#told.size > MOST_SERVERS)) return;
    this.#told.set(server, told.add(key));
    this.#options.onReport(told.size < MOST_TOLD || report.kind === 'unavailable' ? report : { kind: 'more', server });
  }
}

/** What of each tool is pinned. Of two of one name with different definitions nobody knows which one is meant: neither. */
function partsOf(tools: readonly unknown[]): ReadonlyMap<string, PinnedPart | undefined> {
  const parts = new Map<string, PinnedPart | undefined>();
  for (const tool of tools) {
    if (!isJsonObject(tool)) continue;
    const { name } = tool;
    // Nothing is called by a longer name.
    if (typeof name !== 'string' || name.length > LONGEST_NAME) continue;
    const part = pinnedTool(tool);
    const isOther = parts.has(name) && parts.get(name)?.fingerprint !== part?.fingerprint;
    parts.set(name, isOther ? undefined : part);
  }
  return parts;
}

function latestOf(pin: Pin | undefined): string | undefined {
  return (pin?.pending ?? pin?.accepted)?.fingerprint;
}
