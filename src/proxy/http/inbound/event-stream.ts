import type { EventWriter } from './event-writer.js';
import type { Replay } from './replay.js';

/**
 * A stream of messages to a client, whatever becomes of the connection that carries it.
 *
 * With a replay its events have ids, and a client that lost the connection takes it up again where it was
 * (`Last-Event-ID`). Without one it is gone with its connection.
 */
export class EventStream {
  readonly name: string;
  readonly #replay: Replay | undefined;
  #writer: EventWriter | undefined;
  /** Of a client that was told to come back, until it does. */
  #away: AbortController | undefined;
  /** The place of the next event. */
  #next = 0;
  /** All before this place was written to a connection. */
  #written = 0;
  #ended = false;

  constructor(name: string, replay: Replay | undefined) {
    this.name = name;
    this.#replay = replay;
  }

  /** True while a connection carries it. */
  get isCarried(): boolean {
    return this.#writer !== undefined;
  }

  /** True once nothing more comes. */
  get isEnded(): boolean {
    return this.#ended;
  }

  /** True where all from a place on can be written. */
  canResume(at: number): boolean {
    return at <= this.#next && (this.#replay?.from(this.name, at).length ?? 0) === this.#next - at;
  }

  /** True while something waits for a connection. */
  get isWaiting(): boolean {
    return this.#written < this.#next;
  }

  /** True where a message can be sent, or wait for a connection. */
  hasRoomFor(text: string): boolean {
    return this.#writer !== undefined || this.#replay?.isFullFor(text) === false;
  }

  /** Carries it by a connection, from a place on; by default from what no connection carried. */
  carry(writer: EventWriter, at = this.#written): void {
    this.#writer = writer;
    this.#away?.abort();
    this.#away = undefined;
    for (const event of this.#replay?.from(this.name, at) ?? []) void writer.write(event.text, this.#idOf(event.at));
    this.#written = this.#next;
    this.#replay?.sent(this.name);
    if (this.#ended) writer.end();
  }

  /** The connection is gone. */
  drop(writer: EventWriter): void {
    if (this.#writer === writer) this.#writer = undefined;
  }

  /** Writes an event that has an id and says nothing: whoever loses the connection at once can take it up again. */
  prime(): void {
    void this.write('');
  }

  /**
   * Writes a message; resolves when the next may follow.
   *
   * @throws Error where no connection carries it and it cannot wait for one.
   */
  async write(text: string): Promise<void> {
    if (this.#ended) return;
    if (!this.hasRoomFor(text)) {
      throw new Error('The client listens to nothing that this could be sent by.');
    }
    const at = this.#next++;
    this.#replay?.keep(this.name, { at, text, isSent: this.#writer !== undefined });
    if (this.#writer === undefined) return;
    this.#written = this.#next;
    await this.#writer.write(text, this.#idOf(at));
  }

  /** Says after how many milliseconds the client may come back. */
  async retry(ms: number): Promise<void> {
    await this.#writer?.retry(ms);
  }

  /** Ends the connection, not the stream. What is given back is aborted when the client has come back. */
  pause(): AbortSignal {
    this.#writer?.end();
    this.#writer = undefined;
    this.#away ??= new AbortController();
    return this.#away.signal;
  }

  /** Nothing more comes. */
  end(): void {
    this.#ended = true;
    this.#writer?.end();
  }

  #idOf(at: number): string | undefined {
    return this.#replay === undefined ? undefined : `${this.name}.${at}`;
  }
}

/** The stream and the place behind an event id; undefined for what is none of ours. */
export function readEventId(id: string): { readonly stream: string; readonly at: number } | undefined {
  const [, stream, at] = /^([a-z]\d{0,12})\.(\d{1,12})$/.exec(id) ?? [];
  return stream === undefined ? undefined : { stream, at: Number(at) + 1 };
}
