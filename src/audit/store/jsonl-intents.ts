import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isJsonObject } from '../../call/json.js';
import { linesOf } from './jsonl-files.js';
import { syncFolder } from './sync-folder.js';
import { writeWhole } from './write-whole.js';

/** Bytes beyond which the file is written anew with what is still open: under load there is always something open. */
const COMPACT_BEYOND = 4 * 1024 ** 2;

/** A call whose handler runs. */
interface Open {
  /** The intent, as it was kept. */
  readonly event: string;
  /** The place of the newest event at that time: the call's own event stands behind it, if anywhere. */
  readonly after: number;
}

/** What is known of calls whose handlers run, in a file beside the record: a line when one begins, a line when it ends. */
export class JsonlIntents {
  readonly #path: string;
  readonly #open = new Map<string, Open>();
  #file: number | undefined;
  /** Bytes of whole lines: what follows was torn off, and nobody was told that it is kept. */
  #whole = 0;

  constructor(path: string) {
    this.#path = `${path}.intents`;
    if (!existsSync(this.#path)) return;
    for (const { text, next } of linesOf(this.#path)) {
      this.#read(parsed(text));
      this.#whole = next;
    }
  }

  /** Intents that nobody has settled, by id. */
  get open(): ReadonlyMap<string, Open> {
    return this.#open;
  }

  /**
   * Keeps intents so that they survive the loss of power.
   *
   * @param after - The place of the newest event.
   */
  keep(ids: readonly string[], intents: readonly string[], after: number): void {
    if (ids.length === 0) return;
    const file = this.#opened();
    const opened = ids.map((id, at) => [id, { event: intents[at] ?? '', after }] as const);
    writeWhole(file, linesFor(opened), fstatSync(file).size);
    fdatasyncSync(file);
    for (const [id, open] of opened) this.#open.set(id, open);
  }

  /** Forgets intents whose outcome is kept. */
  settle(ids: Iterable<string>): void {
    const settled = [...ids].filter((id) => this.#open.delete(id));
    if (settled.length === 0) return;
    try {
      const file = this.#opened();
      const { size } = fstatSync(file);
      if (this.#open.size === 0) ftruncateSync(file, 0);
      else if (size > COMPACT_BEYOND) this.#compact();
      else writeWhole(file, settled.map((id) => `${JSON.stringify({ settled: id })}\n`).join(''), size);
    } catch {
      // The events are kept: where the next start finds these here, it finds their events too.
    }
  }

  /** Lets go of the file. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #compact(): void {
    const draft = `${this.#path}.new`;
    writeFileSync(draft, linesFor(this.#open), { mode: 0o600, flush: true });
    renameSync(draft, this.#path);
    this.close();
    this.#whole = statSync(this.#path).size;
  }

  #read(line: unknown): void {
    if (!isJsonObject(line)) return;
    const { id, settled, event, after } = line;
    if (typeof settled === 'string') this.#open.delete(settled);
    else if (typeof id === 'string' && typeof event === 'string')
      this.#open.set(id, { event, after: typeof after === 'number' ? after : 0 });
  }

  #opened(): number {
    if (this.#file !== undefined) return this.#file;
    this.#file = openSync(this.#path, 'a', 0o600);
    syncFolder(this.#path);
    // Else the next line would be written behind half of another, and lost with it.
    if (fstatSync(this.#file).size > this.#whole) ftruncateSync(this.#file, this.#whole);
    return this.#file;
  }
}

function linesFor(open: Iterable<readonly [string, Open]>): string {
  return [...open].map(([id, { event, after }]) => `${JSON.stringify({ id, event, after })}\n`).join('');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
