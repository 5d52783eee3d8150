import { closeSync, fdatasyncSync, ftruncateSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { writeWhole } from './write-whole.js';

/** What is known of calls whose handlers run, in a file beside the record: a line when one begins, a line when it ends. */
export class JsonlIntents {
  readonly #path: string;
  readonly #open = new Map<string, string>();
  #file: number | undefined;

  constructor(path: string) {
    this.#path = `${path}.intents`;
    for (const line of readLines(this.#path)) {
      if ('settled' in line) this.#open.delete(line.settled);
      else this.#open.set(line.id, line.event);
    }
  }

  /** Intents that nobody has settled, by id. */
  get open(): ReadonlyMap<string, string> {
    return this.#open;
  }

  /** Keeps intents so that they survive the loss of power. */
  keep(ids: readonly string[], intents: readonly string[]): void {
    if (ids.length === 0) return;
    const file = this.#opened();
    const lines = ids.map((id, at) => `${JSON.stringify({ id, event: intents[at] })}\n`);
    const before = fstatSync(file).size;
    writeWhole(file, lines.join(''), before);
    fdatasyncSync(file);
    for (const [at, id] of ids.entries()) this.#open.set(id, intents[at] as string);
  }

  /** Forgets intents whose outcome is kept. */
  settle(ids: Iterable<string>): void {
    const settled = [...ids].filter((id) => this.#open.delete(id));
    if (settled.length === 0) return;
    const file = this.#opened();
    try {
      if (this.#open.size === 0) ftruncateSync(file, 0);
      else writeWhole(file, settled.map((id) => `${JSON.stringify({ settled: id })}\n`).join(''), fstatSync(file).size);
    } catch {
      // The events are kept: where the next start finds these here, it finds their events too.
    }
  }

  /** Lets go of the file. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #opened(): number {
    return (this.#file ??= openSync(this.#path, 'a', 0o600));
  }
}

function readLines(path: string): ({ settled: string } | { id: string; event: string })[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fault;
  }
  // What follows the last line feed was torn off: nobody was told that it is kept.
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as { id: string; event: string }];
      } catch {
        return [];
      }
    });
}
