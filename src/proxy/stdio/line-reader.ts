const LINE_FEED = 0x0a;

/** So much of either end of a line that is too long is kept: its id stands there. */
const KEPT_BYTES = 256;

const MOST_PIECES = 4_096;

/** Who is told of lines. */
export interface LineHandlers {
  /** A line came, without its end; none that is blank. */
  onLine(text: string): void;
  /** A line came that was too long, and was not kept: how it began and how it ended. */
  onTooLong(head: string, tail: string): void;
}

/** Cuts a stream of bytes into lines; of a line beyond the limit it keeps nothing but its ends while it streams by. */
export class LineReader {
  readonly #limit: number;
  readonly #handlers: LineHandlers;
  /** The pieces of the line that is not yet whole. */
  #pieces: Buffer[] = [];
  #length = 0;
  /** The ends of the line that is too long; undefined where it is not. */
  #dropped: { readonly head: string; tail: Buffer } | undefined;

  /** @param limit - Most bytes of a line, its end aside. */
  constructor(limit: number, handlers: LineHandlers) {
    this.#limit = limit;
    this.#handlers = handlers;
  }

  /** Takes the next bytes of the stream. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      if (this.#length === 0 && this.#dropped === undefined && end - start <= this.#limit)
        this.#line(chunk, start, end);
      else {
        this.#take(chunk.subarray(start, end));
        this.#end();
      }
      start = end + 1;
    }
    if (start < chunk.length) this.#take(chunk.subarray(start));
  }

  #take(piece: Buffer): void {
    if (this.#dropped !== undefined) {
      this.#dropped.tail = tailOf(this.#dropped.tail, piece);
      return;
    }
    this.#length += piece.length;
    this.#pieces.push(piece);
    // A line that comes byte by byte would else be kept as so many buffers.
    if (this.#pieces.length > MOST_PIECES) this.#pieces = [Buffer.concat(this.#pieces)];
    if (this.#length <= this.#limit) return;
    const [first = piece] = this.#pieces;
    const tail = this.#pieces.reduce(tailOf, Buffer.alloc(0));
    this.#dropped = { head: first.toString('utf8', 0, KEPT_BYTES), tail };
    this.#pieces = [];
  }

  #end(): void {
    const [dropped, pieces] = [this.#dropped, this.#pieces];
    const length = this.#length;
    this.#dropped = undefined;
    this.#pieces = [];
    this.#length = 0;
    if (dropped !== undefined) this.#handlers.onTooLong(dropped.head, dropped.tail.toString('utf8'));
    else this.#line(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, length), 0, length);
  }

  #line(bytes: Buffer, start: number, end: number): void {
    const text = bytes.toString('utf8', start, bytes[end - 1] === 0x0d && end > start ? end - 1 : end);
    // Most lines begin with a brace: nothing else has to be looked at.
    if (text.charCodeAt(0) === 0x7b || text.trim() !== '') this.#handlers.onLine(text);
  }
}

/** The last bytes of both: of the piece alone where it is long enough. */
function tailOf(before: Buffer, piece: Buffer): Buffer {
  return Buffer.concat([before, piece.subarray(-KEPT_BYTES)]).subarray(-KEPT_BYTES);
}
