/** An event as it was sent, or will be. */
export interface KeptEvent {
  readonly at: number;
  readonly text: string;
  /** True once a connection carried it. */
  isSent: boolean;
}

/**
 * What a session keeps of what it sends, for streams that broke: so many bytes in all. What no connection carried yet is
 * never pushed out; of the rest the newest stays.
 */
export class Replay {
  readonly #maxBytes: number;
  /** By stream; the stream that was written to first comes first. */
  readonly #streams = new Map<string, KeptEvent[]>();
  #bytes = 0;
  #unsentBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Keeps an event of a stream; one that was sent and finds no room is not kept. */
  keep(stream: string, event: KeptEvent): void {
    if (!event.isSent) this.#unsentBytes += sizeOf(event);
    const events = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, events);
    events.push(event);
    this.#bytes += sizeOf(event);
    while (this.#bytes > this.#maxBytes && this.#dropOldest());
  }

  /** True where one more text would push out what was never sent. */
  isFullFor(text: string): boolean {
    return this.#unsentBytes + sizeOf({ text }) > this.#maxBytes;
  }

  /** Notes that a connection carries all that is kept of a stream. */
  sent(stream: string): void {
    for (const event of this.#streams.get(stream) ?? []) {
      if (!event.isSent) this.#unsentBytes -= sizeOf(event);
      event.isSent = true;
    }
  }

  /** Forgets a stream that nobody can take up any more. */
  forget(stream: string): void {
    this.sent(stream);
    for (const event of this.#streams.get(stream) ?? []) this.#bytes -= sizeOf(event);
    this.#streams.delete(stream);
  }

  /** What was kept of a stream from a place on. */
  from(stream: string, at: number): readonly KeptEvent[] {
    return (this.#streams.get(stream) ?? []).filter((event) => event.at >= at);
  }

  /** Drops the first event that was sent, of the oldest stream that has one; false where none has. */
  #dropOldest(): boolean {
    for (const [stream, events] of this.#streams) {
      // What was sent of a stream comes before what was not.
      if (events[0]?.isSent !== true) continue;
      this.#bytes -= sizeOf(events[0]);
      events.shift();
      if (events.length === 0) this.#streams.delete(stream);
      return true;
    }
    return false;
  }
}

/** As strings are kept, two bytes a character at most, and what an entry takes itself. */
function sizeOf({ text }: Pick<KeptEvent, 'text'>): number {
  return 2 * text.length + 64;
}
