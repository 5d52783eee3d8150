import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { type Clock, systemClock } from '../call/clock.js';
import { makeFolder } from '../call/make-folder.js';
import { withLock } from './file-lock.js';
import type { PinBook } from './pin-book.js';
import { PinError } from './pin-error.js';
import type { PinStore } from './pin-store.js';
import { readPins, writePins } from './pin-text.js';

const MAX_BYTES = 16 * 1024 ** 2;
const NOTHING: PinBook = new Map();

/** How a file is told from the one that was read. */
type Identity = Pick<Stats, 'ino' | 'size' | 'mtimeMs' | 'ctimeMs'>;

/**
 * Keeps pins in a file that several processes may share: for its owner only, replaced as a whole, and read again whenever
 * it is another.
 *
 * A missing file holds no pins, as long as this process has never seen one there. What is there and cannot be read, or
 * could have been written by somebody else, is an error, and never the same as none.
 */
export class PinFile implements PinStore {
  readonly path: string;
  readonly #clock: Clock;
  #read: Identity | undefined;
  #wasThere = false;
  #book: PinBook = NOTHING;
  #fault: PinError | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(path: string, clock: Clock = systemClock) {
    this.path = resolve(path);
    this.#clock = clock;
  }

  /** {@inheritDoc PinStore.current} */
  current(): PinBook {
    const found = this.#look();
    if (found === undefined) {
      if (!this.#wasThere) return NOTHING;
      throw this.#distrust('it has vanished');
    }
    this.#wasThere = true;
    if (this.#read === undefined || !isSame(this.#read, found)) this.#readAnew();
    if (this.#fault !== undefined) throw this.#fault;
    return this.#book;
  }

  /** {@inheritDoc PinStore.update} */
  update(change: (book: PinBook) => PinBook): Promise<PinBook> {
    const updated = this.#writing.then(() => this.#update(change));
    this.#writing = updated.catch(() => undefined);
    return updated;
  }

  async #update(change: (book: PinBook) => PinBook): Promise<PinBook> {
    const before = this.current();
    // Most have nothing to change, and need no lock to find that out.
    if (change(before) === before) return before;
    try {
      makeFolder(dirname(this.path));
      return await withLock(`${this.path}.lock`, this.#clock, (isHeld) => this.#replace(change, isHeld));
    } catch (fault) {
      if (fault instanceof PinError) throw fault;
      const { code = 'no code' } = fault as NodeJS.ErrnoException;
      throw new PinError(`The pins at ${this.path} cannot be written (${code}).`, { cause: fault });
    }
  }

  async #replace(change: (book: PinBook) => PinBook, isHeld: () => Promise<boolean>): Promise<PinBook> {
    const before = this.current();
    const after = change(before);
    if (after === before) return before;
    const text = writePins(after);
    if (Buffer.byteLength(text) > MAX_BYTES) throw new PinError(`The pins at ${this.path} would be too large.`);
    const draft = `${this.path}.${randomUUID()}.draft`;
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      // What somebody changed by hand meanwhile must not be lost, nor what came after our lock was taken for a dead one.
      if (this.current() !== before || !(await isHeld())) throw new PinError('The pins were changed meanwhile.');
      await rename(draft, this.path);
    } catch (fault) {
      await rm(draft, { force: true });
      throw fault;
    }
    return this.current();
  }

  #look(): Identity | undefined {
    try {
      return lstatSync(this.path, { throwIfNoEntry: false });
    } catch (fault) {
      // A file stands where a folder should: there is no file.
      if ((fault as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
      throw this.#unreadable(fault);
    }
  }

  #readAnew(): void {
    this.#fault = undefined;
    let file: number;
    try {
      // Not waiting for somebody to write into a pipe that lies in its place.
      file = openSync(this.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (fault) {
      throw this.#unreadable(fault);
    }
    try {
      const stat = fstatSync(file);
      this.#fault = this.#foreign(stat);
      const book = this.#fault === undefined ? readPins(readFileSync(file, 'utf8')) : undefined;
      if (book === undefined) this.#fault ??= this.#distrust('it is damaged, or no file of pins');
      this.#book = book ?? NOTHING;
      this.#read = stat;
    } catch (fault) {
      throw this.#unreadable(fault);
    } finally {
      closeSync(file);
    }
  }

  #foreign(stat: Stats): PinError | undefined {
    if (!stat.isFile()) return this.#distrust('it is no file');
    if (stat.size > MAX_BYTES) return this.#distrust('it is too large');
    // Windows knows neither.
    if (process.getuid === undefined) return undefined;
    if (stat.uid !== process.getuid() && stat.uid !== 0) return this.#distrust('it belongs to somebody else');
    return (stat.mode & 0o022) === 0 ? undefined : this.#distrust('others than its owner may write it');
  }

  #unreadable(fault: unknown): PinError {
    const { code = 'no code' } = fault as NodeJS.ErrnoException;
    return this.#distrust(code === 'ELOOP' ? 'it is a link' : `it cannot be read (${code})`, fault);
  }

  #distrust(why: string, cause?: unknown): PinError {
    return new PinError(
      `The pins at ${this.path} are not used: ${why}. Calls are refused until it is repaired, or put back from a copy; ` +
        'to begin anew, stop what uses it and remove it.',
      { cause },
    );
  }
}

function isSame(one: Identity, other: Identity): boolean {
  return (
    one.ino === other.ino && one.size === other.size && one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs
  );
}
