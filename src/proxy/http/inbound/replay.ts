/** An event as it was sent, or will be. */
export interface KeptEvent {
  readonly at: number;
  readonly text: string;
}

/** What a session keeps of what it sent, for streams that broke: so many bytes in all, the newest. */
export class Replay {
  readonly #maxBytes: number;
  /** By stream; the stream that was written to first comes first. */
  readonly #streams = new Map<string, KeptEvent[]>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Keeps an event of a stream; what is too large by itself is not kept. */
  keep(stream: string, event: KeptEvent): void {
    const events = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, events);
    events.push(event);
    this.#bytes += sizeOf(event);
    while (this.#bytes > this.#maxBytes) this.#dropOldest();
  }

  /** True where one more text would push out something else. */
  isFullFor(text: string): boolean {
    return this.#bytes + sizeOf({ at: 0, text }) > this.#maxBytes;
  }

  /** What was kept of a stream from a place on. */
  from(stream: string, at: number): readonly KeptEvent[] {
    return (this.#streams.get(stream) ?? []).filter((event) => event.at >= at);
  }

  #dropOldest(): void {
    const [first] = this.#streams;
    if (first === undefined) return;
    const [stream, events] = first;
    const dropped = events.shift();
    if (dropped !== undefined) this.#bytes -= sizeOf(dropped);
    if (events.length === 0) this.#streams.delete(stream);
  }
}

/** As strings are kept, two bytes a character at most, and what an entry takes itself. */
function sizeOf({ text }: KeptEvent): number {
  return 2 * text.length + 64;
}
