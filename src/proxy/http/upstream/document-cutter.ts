/** Inside strings nothing counts but their end; outside, brackets do. */
const [IN_STRING, OUTSIDE] = [/["\\]/g, /["{}[\]]/g];

/** Cuts a text that comes in pieces into the JSON objects and arrays that follow each other in it. Reads nothing twice. */
export class DocumentCutter {
  /** Pieces of the document that is not whole yet. */
  #pieces: string[] = [];
  #size = 0;
  #depth = 0;
  #isString = false;
  #isEscaped = false;

  /** The length of the document that is not whole yet. */
  get size(): number {
    return this.#size;
  }

  /** Takes a piece; gives back the documents that are whole now. What stands between them begins the next one. */
  take(piece: string): readonly string[] {
    const documents: string[] = [];
    let from = 0;
    let at = 0;
    while (at < piece.length) {
      if (this.#isEscaped) {
        this.#isEscaped = false;
        at++;
        continue;
      }
      const marks = this.#isString ? IN_STRING : OUTSIDE;
      marks.lastIndex = at;
      const found = marks.exec(piece);
      if (found === null) break;
      at = found.index + 1;
      if (!this.#reads(found[0])) continue;
      this.#keep(piece.slice(from, at));
      documents.push(this.rest());
      from = at;
    }
    this.#keep(piece.slice(from));
    return documents;
  }

  /** What is left, once. */
  rest(): string {
    const rest = this.#pieces.join('');
    this.#pieces = [];
    this.#size = 0;
    return rest;
  }

  /** True where a document ends with this mark. */
  #reads(mark: string): boolean {
    if (mark === '\\') this.#isEscaped = true;
    else if (mark === '"') this.#isString = !this.#isString;
    else if (mark === '{' || mark === '[') this.#depth++;
    else if (this.#depth > 0) return --this.#depth === 0;
    return false;
  }

  #keep(piece: string): void {
    if (piece === '') return;
    this.#pieces.push(piece);
    this.#size += piece.length;
  }
}
