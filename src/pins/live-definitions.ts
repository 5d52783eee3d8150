import { MOST_SERVERS, MOST_TOOLS, type ServerPins } from './pin-book.js';
import type { PinnedPart } from './pinned-part.js';

/** In place of a fingerprint: no definition that was accepted has it. */
export const NOT_PINNABLE = '';

/** What this process saw of one server. */
export interface Live {
  /** The fingerprint of its instructions; undefined where nobody told them. */
  instructions: string | undefined;
  /** The fingerprints of its tools as they were listed last. */
  readonly tools: Map<string, string>;
  /** True where it listed more tools than anybody can remember: those are not known, and not new either. */
  isFull: boolean;
}

/** How servers define their tools at this moment, as far as this process was told. */
export class LiveDefinitions {
  readonly #servers = new Map<string, Live>();

  /** What was seen of a server; undefined where nothing was. */
  of(server: string): Live | undefined {
    return this.#servers.get(server);
  }

  /**
   * Notes how tools were listed.
   *
   * @param known - Only those that are pinned here are noted; undefined: all of them.
   */
  note(server: string, parts: ReadonlyMap<string, PinnedPart | undefined>, known: ServerPins | undefined): void {
    const live = this.#at(server);
    for (const [tool, part] of parts) {
      if (known !== undefined && !known.tools.has(tool)) continue;
      if (live.tools.size >= 2 * MOST_TOOLS && !live.tools.has(tool)) live.isFull = true;
      else live.tools.set(tool, part?.fingerprint ?? NOT_PINNABLE);
    }
  }

  /** Notes the fingerprint of a server's instructions. */
  noteInstructions(server: string, fingerprint: string): void {
    this.#at(server).instructions = fingerprint;
  }

  #at(server: string): Live {
    const before = this.#servers.get(server);
    if (before !== undefined) return before;
    if (this.#servers.size >= 2 * MOST_SERVERS) this.#servers.delete(this.#servers.keys().next().value as string);
    const live: Live = { instructions: undefined, tools: new Map(), isFull: false };
    this.#servers.set(server, live);
    return live;
  }
}
